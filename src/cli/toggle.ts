import { didYouMean } from '../settings/suggest.ts';
import { updateFile } from '../settings/write.ts';
import { tools } from '../tools/list.ts';
import { loadFor, type SettingsOptions } from './options.ts';
import { whyNotBySettings } from './tools.ts';

/**
 * `directus-assistant tools enable|disable NAME[.ACTION]`: changes `tools.exclude` in the settings file. Running
 * servers take it up at once.
 */
export function run(name: string, enable: boolean, options: SettingsOptions): void {
  const [toolName = '', action] = name.split('.');
  const tool = tools.find((one) => one.name === toolName);
  const known = tools.flatMap((one) => [
    one.name,
    ...Object.keys(one.actions)
      .filter(Boolean)
      .map((each) => `${one.name}.${each}`),
  ]);
  if (!tool || !known.includes(name)) {
    console.error(`There is no tool or action "${name}".${didYouMean(name, known)}`);
    process.exitCode = 2;
    return;
  }
  const { file } = loadFor(options);
  const siblings = Object.keys(tool.actions).map((each) => `${toolName}.${each}`);
  try {
    updateFile(file, ['tools', 'exclude'], (before) => {
      const list = Array.isArray(before) ? before.map(String) : [];
      return enable
        ? enabled(list, toolName, action, siblings)
        : disabled(list, name, action ? [] : siblings);
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
    return;
  }
  const { settings } = loadFor(options);
  console.log(`${name} is ${enable ? 'enabled' : 'disabled'} in ${file}.`);
  const still = enable
    ? whyNotBySettings(settings, toolName, action ?? Object.keys(tool.actions)[0] ?? '')
    : undefined;
  if (still) console.log(`It stays off all the same. ${still}`);
}

function disabled(list: string[], name: string, covered: string[]): string[] {
  return [...new Set([...list.filter((entry) => !covered.includes(entry)), name])];
}

/** Takes the name off the list; where the whole tool was on it and one action is wanted, the others stay. */
function enabled(list: string[], tool: string, action: string | undefined, siblings: string[]): string[] {
  if (!action) return list.filter((entry) => entry !== tool && !siblings.includes(entry));
  const wanted = `${tool}.${action}`;
  const rest = list.filter((entry) => entry !== wanted && entry !== tool);
  return list.includes(tool)
    ? [...new Set([...rest, ...siblings.filter((entry) => entry !== wanted)])]
    : rest;
}
