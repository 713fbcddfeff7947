import type { Problem } from '../api.ts';

/** Why the server did not do something; `message` is for people. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: Problem['error']['code'] | 'offline';
  readonly field: string | undefined;
  constructor(code: ApiError['code'], message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

let onSignedOut: () => void = () => {};

/** Calls back whenever the server says that nobody is signed in (any more). */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/**
 * Asks the server. A body is sent as JSON, or as it is when it holds bytes.
 * @param path below /api, for example `/models`
 * @throws ApiError
 */
export async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await request(method, path, body, signal);
  if (response.status === 204) return undefined as T;
  if (response.ok) return (await response.json()) as T;
  throw await problemIn(response);
}

async function request(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const bytes = body instanceof Blob;
  const init: RequestInit = {
    method,
    ...(body !== undefined && {
      body: bytes ? body : JSON.stringify(body),
      headers: { 'content-type': bytes ? 'application/octet-stream' : 'application/json' },
    }),
    ...(signal && { signal }),
  };
  try {
    return await fetch(`/api${path}`, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('offline', 'The server does not answer. Check the connection, then try again.');
  }
}

/** What a refused answer says. */
export async function problemIn(response: Response): Promise<ApiError> {
  const problem = ((await response.json().catch(() => undefined)) as Problem | undefined)?.error;
  if (problem?.code === 'signed-out') onSignedOut();
  if (!problem) return new ApiError('failed', `The server answered ${response.status}. Try again.`);
  return new ApiError(problem.code, problem.message, problem.field);
}
