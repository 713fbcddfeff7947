/** A model server that answers on this machine; `models` are the ids it lists. */
export type LocalEndpoint = { name: 'Ollama' | 'LM Studio'; baseUrl: string; models: string[] };

/** Asks the usual ports of Ollama (11434) and LM Studio (1234) at once; who is silent for `timeoutMs` is not there. */
export async function findLocalEndpoints(options: { timeoutMs?: number } = {}): Promise<LocalEndpoint[]> {
  throw new Error(`to be built: ${options.timeoutMs}`);
}
