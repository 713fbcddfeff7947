/** What is due to a line on stdin: one answer with this id; with this code, where it is no good request. */
export type Due = { id: unknown; code: number | undefined };

const KEYS = ['jsonrpc', 'id', 'method', 'params'];
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What JSON-RPC 2.0 says of a line; undefined where nothing may be answered. */
export function due(line: string): Due | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return line.trim() === '' ? undefined : { id: null, code: -32700 };
  }
  if (!isObject(message)) return { id: null, code: -32600 };
  if ('result' in message || 'error' in message) return undefined;
  const { jsonrpc, id, method, params } = message;
  if (id === undefined) return typeof method === 'string' ? undefined : { id: null, code: -32600 };
  const isNamed = typeof id === 'string' || typeof id === 'number';
  const isWhole = typeof id !== 'number' || Number.isInteger(id);
  const isOne = jsonrpc === '2.0' && isNamed && isWhole && typeof method === 'string';
  if (!isOne || !Object.keys(message).every((key) => KEYS.includes(key)))
    return { id: isNamed ? id : null, code: -32600 };
  return { id, code: params === undefined || isObject(params) ? undefined : -32602 };
}

/** How often each answer is due, or was given. */
export function tally(answers: readonly Due[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { id, code } of answers) {
    const key = `${JSON.stringify(id)} ${code ?? 'answered'}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
