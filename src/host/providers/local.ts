import * as z from 'zod';

/** A model server that answers on this machine; `models` are the ids it lists. */
export type LocalEndpoint = { name: string; baseUrl: string; models: string[] };

const usual = [
  { name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1' },
  { name: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1' },
];

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * Asks the usual ports of Ollama (11434) and LM Studio (1234) at once; who is silent for `timeoutMs` is not there.
 * One that answers but has no models is listed with none.
 */
export async function findLocalEndpoints(
  options: { timeoutMs?: number; candidates?: { name: string; baseUrl: string }[] } = {},
): Promise<LocalEndpoint[]> {
  const { timeoutMs = 600, candidates = usual } = options;
  const found = await Promise.all(candidates.map((candidate) => ask(candidate, timeoutMs)));
  return found.filter((endpoint) => endpoint !== undefined);
}

async function ask(
  candidate: { name: string; baseUrl: string },
  timeoutMs: number,
): Promise<LocalEndpoint | undefined> {
  try {
    const response = await fetch(`${candidate.baseUrl}/models`, { signal: AbortSignal.timeout(timeoutMs) });
    // Something else may live on the port; only a list of models counts.
    const list = modelList.safeParse(await response.json());
    return response.ok && list.success
      ? { ...candidate, models: list.data.data.map(({ id }) => id) }
      : undefined;
  } catch {
    return undefined;
  }
}
