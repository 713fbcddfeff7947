import { presets } from './presets.ts';
import { listRemote } from './remote.ts';

/** A model server that answers on this machine; `models` are the ids it lists. */
export type LocalEndpoint = { name: string; baseUrl: string; models: string[] };

type Candidate = Omit<LocalEndpoint, 'models'>;

const usual: Candidate[] = presets
  .filter(({ local }) => local)
  .map(({ label, baseUrl }) => ({ name: label, baseUrl }));

/**
 * Asks the usual ports of the servers that have presets, all at once; who is silent for `timeoutMs` is not there.
 * One that answers but has no models is listed with none.
 */
export async function findLocalEndpoints(
  options: { timeoutMs?: number; candidates?: Candidate[] } = {},
): Promise<LocalEndpoint[]> {
  const { timeoutMs = 600, candidates = usual } = options;
  const found = await Promise.all(candidates.map((candidate) => ask(candidate, timeoutMs)));
  return found.filter((endpoint) => endpoint !== undefined);
}

async function ask(candidate: Candidate, timeoutMs: number): Promise<LocalEndpoint | undefined> {
  const { name, baseUrl } = candidate;
  const server = { kind: 'compatible' as const, provider: name, label: name, baseUrl, query: {} };
  const endpoint = { ...server, apiKey: undefined, headers: {}, models: [], missing: undefined };
  const listing = await listRemote(endpoint, AbortSignal.timeout(timeoutMs));
  // Something else may live on the port; only a list of models counts.
  return listing.state === 'listed'
    ? { ...candidate, models: listing.models.map(({ id }) => id) }
    : undefined;
}
