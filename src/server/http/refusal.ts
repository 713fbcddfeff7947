/** Why a request goes no further: an HTTP status, and an error of JSON-RPC in words. */
export type Refusal = {
  status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 429 | 500 | 502 | 503;
  /** Code of JSON-RPC; -32000 where none is due. */
  code?: number;
  message: string;
  headers?: Record<string, string>;
  /** The id of the request that is refused, where it could be read. */
  id?: string | number | null;
};

/** Codes of JSON-RPC that we answer with ourselves. */
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
const SERVER_ERROR = -32000;

export function isRefusal(value: object): value is Refusal {
  return 'status' in value && 'message' in value;
}

/** The answer that says so. */
export function refuse({ status, code = SERVER_ERROR, message, headers = {}, id = null }: Refusal): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id }, { status, headers });
}
