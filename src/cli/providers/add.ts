import { normaliseBaseUrl } from '../../host/providers/endpoints.ts';
import { type Preset, presetOf, presets } from '../../host/providers/presets.ts';
import { BUILT_IN, compatible } from '../../settings/groups/ai.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { changeEntries } from './entries.ts';
import { loadProviders, type ProviderOptions } from './named.ts';

type AddOptions = ProviderOptions & { name?: string; baseUrl?: string; model?: string[] };

/** `directus-assistant providers add`: a preset, or a name and an address. @throws Error when it cannot be added */
export function run(presetName: string | undefined, options: AddOptions): void {
  const loaded = loadProviders(options);
  const preset = presetName === undefined ? undefined : presetNamed(presetName);
  const name = options.name ?? preset?.name;
  const baseUrl = options.baseUrl ?? preset?.baseUrl;
  if (!name || !baseUrl) throw new Error(`${howToAdd}\n\nPresets:\n${presetList()}`);
  if (preset && !options.baseUrl && baseUrl.includes('RESOURCE')) {
    throw new Error(
      `${preset.label} has an address for each customer. Add yours: --base-url ${baseUrl.replace(/\/openai.*/, '')}`,
    );
  }
  if (loaded.settings.ai.compatible.some((provider) => provider.name === name)) {
    throw new Error(
      `There is a provider "${name}" already. Take it out with \`directus-assistant providers remove ${name}\`, or give this one another --name.`,
    );
  }
  const entry = entryOf(name, baseUrl, options.model ?? []);
  changeEntries(loaded.file, (entries) => [...entries, entry]);
  console.log(`${name} is set up in ${loaded.file}.`);
  console.log(nextSteps(name, entry.models.length, preset));
}

const howToAdd =
  'Name a preset, or give --name NAME and --base-url URL: directus-assistant providers add ollama --model qwen3:8b';

const presetList = (): string =>
  presets.map(({ name, label, baseUrl }) => `  ${name.padEnd(12)}${label.padEnd(14)}${baseUrl}`).join('\n');

function presetNamed(name: string): Preset {
  const preset = presetOf(name);
  if (preset) return preset;
  if (BUILT_IN.some((one) => one === name)) {
    throw new Error(
      `${name} is built in: give it a key with \`directus-assistant providers key ${name}\`, and allow models with \`directus-assistant providers allow ${name} MODEL\`.`,
    );
  }
  const hint = didYouMean(
    name,
    presets.map((one) => one.name),
  );
  throw new Error(
    `There is no preset "${name}".${hint} For any other endpoint give --name NAME and --base-url URL.`,
  );
}

/** @throws Error when the settings would not take it */
function entryOf(
  name: string,
  baseUrl: string,
  models: string[],
): { name: string; baseUrl: string; models: string[] } {
  const parsed = compatible.safeParse({ name, baseUrl, models });
  const [issue] = parsed.error?.issues ?? [];
  if (issue) {
    const flag = issue.path[0] === 'baseUrl' ? `--base-url "${baseUrl}"` : `--name "${name}"`;
    throw new Error(`${flag}: ${issue.message}. Nothing was changed.`);
  }
  const { baseUrl: clean, query } = normaliseBaseUrl(baseUrl);
  const search = new URLSearchParams(query).toString();
  return { name, baseUrl: search ? `${clean}?${search}` : clean, models };
}

function nextSteps(name: string, models: number, preset: Preset | undefined): string {
  const steps = [
    ...(preset?.keyUrl ? [[`key ${name}`, `its key; made at ${preset.keyUrl}`]] : []),
    ...(models === 0
      ? [
          [`models ${name}`, 'what it has'],
          [`allow ${name} MODEL`, 'none is available before'],
        ]
      : []),
    [`test ${name}`, 'tries it'],
  ];
  const lines = steps.map(
    ([words, what]) => `  ${`directus-assistant providers ${words}`.padEnd(50)}# ${what}`,
  );
  return `${preset?.hint ? `${preset.hint}\n\n` : ''}Next:\n${lines.join('\n')}`;
}
