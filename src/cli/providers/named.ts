import { type Endpoint, endpointOf } from '../../host/providers/endpoints.ts';
import { presetOf } from '../../host/providers/presets.ts';
import { BUILT_IN } from '../../settings/groups/ai.ts';
import type { Loaded } from '../../settings/load.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { loadFor } from '../options.ts';

/** What every command on providers takes from the command line. */
export type ProviderOptions = { config?: string; json?: boolean };

/**
 * The settings, for a command that changes providers.
 * @throws Error when providers in the file are not understood: what cannot be read must not be written over
 */
export function loadProviders(options: ProviderOptions): Loaded {
  const loaded = loadFor(options.config === undefined ? {} : { config: options.config });
  const faults = loaded.problems.filter((problem) => problem.startsWith('ai.'));
  if (faults.length > 0) throw new Error(`${faults.join('\n')}\nMend this in ${loaded.file} first.`);
  return loaded;
}

/** @throws Error when there is no provider of that name, saying which was meant or how to set it up */
export function providerNamed({ settings }: Loaded, name: string): Endpoint {
  const endpoint = endpointOf(settings.ai, name);
  if (endpoint) return endpoint;
  const names = [...BUILT_IN, ...settings.ai.compatible.map((provider) => provider.name)];
  const next = presetOf(name)
    ? ` Set it up with: directus-assistant providers add ${name}`
    : didYouMean(name, names) || ` There are: ${names.join(', ')}.`;
  throw new Error(`No provider "${name}" is set up.${next}`);
}
