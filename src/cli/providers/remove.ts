import { removeProvider } from './entries.ts';
import { loadProviders, type ProviderOptions, providerNamed } from './named.ts';

/** `directus-assistant providers remove NAME`. @throws Error when there is no such provider */
export function run(name: string, options: ProviderOptions): void {
  const loaded = loadProviders(options);
  const endpoint = providerNamed(loaded, name);
  removeProvider(loaded.file, endpoint);
  console.log(`${name} is taken out of ${loaded.file}.`);
  const origin = loaded.origins.get(`ai.${name}.apiKey`) ?? 'default';
  if (endpoint.kind !== 'compatible' && endpoint.apiKey && origin !== loaded.file) {
    console.error(`${origin} is still set in the environment.`);
  }
}
