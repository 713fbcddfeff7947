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
  const { file, settings } = loadFor(options);
  const known = tools.flatMap((tool) => [
    tool.name,
    ...actionsOf(tool.name).filter((one) => !one.endsWith('.')),
  ]);
  // A name that no tool has can still be taken off the list: that mends a typo.
  const isTypoOnList = enable && settings.tools.exclude.includes(name);
  if (!known.includes(name) && !isTypoOnList) {
    refuse(`There is no tool or action "${name}".${didYouMean(name, known)}`);
    return;
  }
  try {
    updateFile(file, ['tools', 'exclude'], (before) => {
      const list = Array.isArray(before) ? before.map(String) : [];
      return enable ? without(list, name) : withName(list, name);
    });
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
    return;
  }
  console.log(`${name} is ${enable ? 'enabled' : 'disabled'} in ${file}.`);
  const still = enable && known.includes(name) ? stillOff(name, options) : undefined;
  if (still) console.log(`It stays off all the same. ${still}`);
}

/** The list with a name on it; a whole tool makes its single actions superfluous. */
export function withName(list: string[], name: string): string[] {
  const covered = actionsOf(name);
  return [...new Set([...list.filter((entry) => !covered.includes(entry)), name])];
}

/** The list without a name. Where the whole tool was on it and one action is taken off, its others stay. */
export function without(list: string[], name: string): string[] {
  const [tool = ''] = name.split('.');
  if (tool === name) return list.filter((entry) => entry !== name && !actionsOf(name).includes(entry));
  const rest = list.filter((entry) => entry !== name && entry !== tool);
  const others = list.includes(tool) ? actionsOf(tool).filter((entry) => entry !== name) : [];
  return [...new Set([...rest, ...others])];
}

function actionsOf(name: string): string[] {
  const tool = tools.find((one) => one.name === name);
  return Object.keys(tool?.actions ?? {}).map((action) => `${name}.${action}`);
}

function stillOff(name: string, options: SettingsOptions): string | undefined {
  const { settings } = loadFor(options);
  const [tool = '', action] = name.split('.');
  const actions = action ? [action] : Object.keys(tools.find((one) => one.name === tool)?.actions ?? {});
  const reasons = actions.map((one) => whyNotBySettings(settings, tool, one));
  return reasons.every(Boolean) ? reasons[0] : undefined;
}

function refuse(sentence: string): void {
  console.error(sentence);
  process.exitCode = 2;
}
