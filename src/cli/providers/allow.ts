import { knownModel } from '../../host/providers/catalogue.ts';
import { type Endpoint, secretsOf } from '../../host/providers/endpoints.ts';
import { redact } from '../../host/providers/problem.ts';
import { type Listing, listRemote, type RemoteModel } from '../../host/providers/remote.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { changeField } from './entries.ts';
import { loadProviders, type ProviderOptions, providerNamed } from './named.ts';

/** So long the endpoint may take to say what it has; a model is allowed without it. */
const PATIENCE_MS = 5_000;

/**
 * `directus-assistant providers allow NAME MODEL...`: models people may choose. What the endpoint says of the size of
 * their context is kept with them.
 * @throws Error when there is no such provider
 */
export async function allow(name: string, ids: string[], options: ProviderOptions): Promise<void> {
  const loaded = loadProviders(options);
  const endpoint = providerNamed(loaded, name);
  const listing = await listRemote(endpoint, AbortSignal.timeout(PATIENCE_MS));
  const listed = listing.state === 'listed' ? listing.models : [];
  changeField(loaded.file, endpoint, 'models', (before) => {
    const models = Array.isArray(before) ? before : [];
    const fresh = [...new Set(ids)].filter((id) => !models.some((model) => idOf(model) === id));
    return [...models, ...fresh.map((id) => entryOf(endpoint, id, listed))];
  });
  console.log(`${name} allows ${ids.join(', ')} in ${loaded.file}.`);
  const doubt = doubtOf(listing, ids);
  if (doubt) console.error(redact(doubt, secretsOf(endpoint)));
}

/** `directus-assistant providers disallow NAME MODEL...`. @throws Error when one of them is not allowed anyway */
export function disallow(name: string, ids: string[], options: ProviderOptions): void {
  const loaded = loadProviders(options);
  const endpoint = providerNamed(loaded, name);
  const allowed = endpoint.models.map(({ id }) => id);
  const wrong = ids.find((id) => !allowed.includes(id));
  if (wrong !== undefined) {
    const hint = didYouMean(wrong, allowed) || ` It allows: ${allowed.join(', ') || 'none'}.`;
    throw new Error(`${name} does not allow "${wrong}".${hint} Nothing was changed.`);
  }
  changeField(loaded.file, endpoint, 'models', (before) =>
    (Array.isArray(before) ? before : []).filter((model) => !ids.includes(idOf(model))),
  );
  console.log(`${name} does not allow ${ids.join(', ')} any more in ${loaded.file}.`);
}

/** A model stands in the file as its id, or as an object with more about it. */
const idOf = (model: unknown): string =>
  typeof model === 'object' && model !== null && 'id' in model ? String(model.id) : String(model);

function entryOf(
  { kind }: Endpoint,
  id: string,
  listed: RemoteModel[],
): string | { id: string; contextWindow: number } {
  if (kind !== 'compatible' && knownModel(kind, id)) return id;
  const contextWindow = listed.find((model) => model.id === id)?.contextWindow;
  return contextWindow ? { id, contextWindow } : id;
}

function doubtOf(listing: Listing, ids: string[]): string | undefined {
  if (listing.state !== 'listed') return `Whether it has them could not be seen. ${listing.detail}`;
  const listed = listing.models.map(({ id }) => id);
  const strange = ids.filter((id) => !listed.includes(id));
  if (strange.length === 0) return undefined;
  return `It does not list ${strange.join(', ')}.${didYouMean(strange[0] ?? '', listed)}`;
}
