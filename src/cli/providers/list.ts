import { styleText } from 'node:util';
import { type Endpoint, endpointOf } from '../../host/providers/endpoints.ts';
import { publicUrl } from '../../host/providers/problem.ts';
import { BUILT_IN } from '../../settings/groups/ai.ts';
import type { Loaded } from '../../settings/load.ts';
import { maskSecret } from '../../settings/secrets.ts';
import { loadFor } from '../options.ts';
import type { ProviderOptions } from './named.ts';

type Key = { masked: string; from: string };

type Row = {
  provider: string;
  url: string;
  key: Key | undefined;
  headers: string[];
  models: string[];
  missing: string | undefined;
};

/** `directus-assistant providers`: each provider, its address, where its key is from, and the allowed models. */
export function run(options: ProviderOptions): void {
  const loaded = loadFor(options.config === undefined ? {} : { config: options.config });
  const { file, problems, settings } = loaded;
  const names = [...BUILT_IN, ...settings.ai.compatible.map(({ name }) => name)];
  const rows = names.map((name) => row(loaded, name)).filter((one) => one !== undefined);
  if (options.json) console.log(JSON.stringify({ file, problems, providers: rows }, null, 2));
  else print(rows, loaded);
  if (problems.length > 0) process.exitCode = 1;
}

function row(loaded: Loaded, name: string): Row | undefined {
  const endpoint = endpointOf(loaded.settings.ai, name);
  if (!endpoint) return undefined;
  const { provider, baseUrl, models, missing } = endpoint;
  const entry = loaded.settings.ai.compatible.find((one) => one.name === name);
  return {
    provider,
    url: publicUrl(baseUrl),
    key: keyOf(loaded, endpoint, entry?.apiKey ?? endpoint.apiKey),
    headers: Object.keys(entry?.headers ?? {}),
    models: models.map(({ id }) => id),
    missing,
  };
}

function keyOf({ origins, file, plainSecrets = [] }: Loaded, endpoint: Endpoint, key: string | undefined) {
  if (!key) return undefined;
  const { kind, provider } = endpoint;
  const name = kind === 'compatible' ? `ai.compatible.${provider}.apiKey` : `ai.${provider}.apiKey`;
  const origin = kind === 'compatible' ? file : origins.get(name);
  const how = plainSecrets.includes(name) ? 'plain text' : 'sealed';
  return { masked: maskSecret(key), from: origin === file ? `the settings file (${how})` : (origin ?? '') };
}

function print(rows: Row[], { file, problems, plainSecrets = [] }: Loaded): void {
  for (const problem of problems) console.log(styleText('red', `! ${problem}`));
  console.log(`Settings file: ${file}\n`);
  const used = rows.filter(({ key, models, missing }) => !missing || key || models.length > 0);
  for (const { provider, url, key, headers, models, missing } of used) {
    console.log(`${styleText('bold', provider)}  ${url}`);
    const shown = key ? `${key.masked} from ${key.from}` : missing ? styleText('red', 'missing') : 'none';
    console.log(`  key      ${shown}`);
    if (headers.length > 0) console.log(`  headers  ${headers.join(', ')}`);
    console.log(`  models   ${models.join(', ') || 'none allowed, so none available'}`);
  }
  if (used.length === 0) console.log('No provider is set up.');
  const unused = rows.filter((one) => !used.includes(one)).map(({ provider }) => provider);
  const next = unused.length > 0 ? `Built in, without a key: ${unused.join(', ')}. ` : '';
  console.log(styleText('dim', `\n${next}directus-assistant providers --help shows how to set one up.`));
  if (plainSecrets.length > 0)
    console.log(styleText('dim', 'directus-assistant settings seal seals what is plain text.'));
}
