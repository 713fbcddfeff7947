import { DirectusError, type DirectusErrorEntry, ToolError } from './errors.ts';
import type { Answer } from './http.ts';
import { isObject } from './objects.ts';

/** Throws what an answer with an error holds, in the shape the SDK throws it in. */
export async function refuseErrors(answer: Answer): Promise<Answer> {
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => undefined);
  throw { errors: (body as { errors?: unknown } | undefined)?.errors, response: answer };
}

/**
 * Turns what the SDK rejects with into one of our errors; ours pass through.
 * @param secrets what was sent and must not be shown, if it should be said back
 */
export function translate(
  error: unknown,
  request: { method: string; path: string },
  secrets: readonly (string | null | undefined)[] = [],
): unknown {
  if (error instanceof SyntaxError) return notDirectus();
  const { errors, response } = error as { errors?: unknown; response?: Answer };
  // The SDK's own errors are Errors too, and hold the answer of Directus.
  if (!response && error instanceof Error) return error;
  if (!response) return notDirectus();
  const { status } = response;
  if (status >= 300 && status < 400) {
    const to = response.headers.get('location');
    return new ToolError(
      'NOT_CONFIGURED',
      `Directus sends requests on to ${to}.`,
      'Set DIRECTUS_URL to that address.',
    );
  }
  if (!Array.isArray(errors) && status < 400) return notDirectus();
  const entries: DirectusErrorEntry[] = Array.isArray(errors)
    ? withoutSecrets(errors, secrets).map((entry) => ({
        ...entry,
        message: shortened(wordsOf(entry, status)),
      }))
    : [{ message: `HTTP ${status}, with a page that is not from Directus (a proxy's?)` }];
  return new DirectusError(status, entries, request, response.headers.get('retry-after') ?? undefined);
}

const LONGEST_MESSAGE = 8000;

/** A message quotes names and values, which may be long, and is looked through for many things. It matters how it ends. */
function shortened(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  const half = LONGEST_MESSAGE / 2;
  return `${message.slice(0, half)}…${message.slice(-half)}`;
}

/** Something before Directus may answer in its place, and say what it was sent. */
function withoutSecrets(
  errors: DirectusErrorEntry[],
  secrets: readonly (string | null | undefined)[],
): DirectusErrorEntry[] {
  const text = secrets
    .filter((secret) => secret && secret.length > 3)
    .map((secret) => JSON.stringify(secret).slice(1, -1))
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), JSON.stringify(errors));
  return JSON.parse(text);
}

/** Who answers in the place of Directus may put anything where it puts an error. */
function wordsOf(entry: unknown, status: number): string {
  return isObject(entry) && typeof entry.message === 'string' ? entry.message : `HTTP ${status}`;
}

/** Whether Directus refused because a sign-in has ended. */
export function isExpired(error: unknown): boolean {
  const { errors } = (error ?? {}) as { errors?: DirectusErrorEntry[] };
  return Array.isArray(errors) && errors[0]?.extensions?.code === 'TOKEN_EXPIRED';
}

/**
 * What a good answer of Directus holds: its `data`; undefined when it is said to hold nothing (204).
 * @param method of the request: a deletion is answered with nothing, all others with an object or a list
 * @param givesKey whether it is one of the few that are answered with a key alone
 * @throws ToolError when something else has answered in its place
 */
export function dataOf<T>({ status, bytes, headers }: Answer, method: string, givesKey = false): T {
  if (status === 204) return undefined as T;
  if (method === 'DELETE' || !headers.get('content-type')?.includes('json')) throw notDirectus();
  const parsed: unknown = parse(bytes);
  const data = isObject(parsed) ? parsed.data : undefined;
  const fits =
    typeof data === 'object' || (givesKey && (typeof data === 'string' || typeof data === 'number'));
  if (data === null || !fits) throw notDirectus();
  return data as T;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw notDirectus();
  }
}

/** What to say when something else answers in the place of Directus. */
export function notDirectus(): ToolError {
  return new ToolError(
    'UNREACHABLE',
    'What answers at DIRECTUS_URL is not Directus, or something before it answered in its place.',
    'Check DIRECTUS_URL: it is the address of Directus itself, without /admin. If this was a change, read whether it was made.',
  );
}
