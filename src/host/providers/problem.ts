import { APICallError, NoOutputGeneratedError, RetryError } from 'ai';
import { rootCause } from '../cause.ts';

/**
 * A model endpoint failed. `message` is one clear line or two for people: provider and model, URL, status, what the
 * endpoint said, what to do. It never holds a key.
 */
export class ModelProblem extends Error {
  override name = 'ModelProblem';
  readonly provider: string;
  readonly url: string | undefined;
  readonly status: number | undefined;
  /** The same request may work later. */
  readonly retryable: boolean;
  constructor(
    message: string,
    info: { provider: string; url?: string | undefined; status?: number | undefined; retryable?: boolean },
  ) {
    super(message);
    this.provider = info.provider;
    this.url = info.url;
    this.status = info.status;
    this.retryable = info.retryable ?? false;
  }
}

export const isModelProblem = (error: unknown): error is ModelProblem => error instanceof ModelProblem;

/** Whom the problem is about, and what must not be shown of it. */
export type Subject = { provider: string; model: string; baseUrl: string; secrets: readonly string[] };

/** Makes one clear message of whatever the AI SDK threw. */
export function explain(error: unknown, subject: Subject): ModelProblem {
  if (isModelProblem(error)) return error;
  const cause = RetryError.isInstance(error) ? error.lastError : error;
  const problem = APICallError.isInstance(cause) ? fromCall(cause, subject) : fromOther(cause, subject);
  const { provider, url, status, retryable } = problem;
  return new ModelProblem(redact(problem.message, subject.secrets), { provider, url, status, retryable });
}

/** What a response that is not as it should be says, in one line: the message in JSON, or that it is HTML. */
export function readBody(body: string | undefined): string {
  const text = body?.trim() ?? '';
  if (!text) return 'an empty answer';
  if (/^<(!doctype|html|\?xml)/i.test(text)) {
    const title = /<title[^>]*>([^<]*)</i.exec(text)?.[1]?.trim();
    return `an HTML page${title ? ` titled "${shorten(title)}"` : ''}, not an API's answer`;
  }
  return shorten(messageIn(text) ?? text);
}

/** Cuts secrets out of a text, also where they were encoded for a URL. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length > 3)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

/** Only scheme, host and path: a query may carry a key. */
export function publicUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/$/, '')}`;
}

/** What to do about a status. */
export function adviceFor(status: number | undefined, provider: string): string {
  if (status === 401 || status === 403) return ` Check the API key of ${provider}.`;
  if (status === 404) return ' Check the base URL (most end in /v1) and the model id.';
  if (status === 413)
    return ' The conversation is too long for it: start a new one, or ask for less at once.';
  if (status === 429) return ' It is a limit of the account or the server: wait a little, then try again.';
  if (status !== undefined && status >= 500) return ' The trouble is at its end: try again later.';
  return '';
}

function fromCall(error: APICallError, { provider, model }: Subject): ModelProblem {
  const url = publicUrl(error.url);
  const info = { provider, url, status: error.statusCode, retryable: error.isRetryable };
  if (error.statusCode === undefined) {
    return new ModelProblem(
      `${provider} could not be reached at ${url} (${rootCause(error)}). Check that it runs and the base URL is right.`,
      { ...info, retryable: true },
    );
  }
  // A good status with a body that cannot be read is no success either.
  const said = error.statusCode < 400 ? `${error.message}: ${readBody(error.responseBody)}` : said4xx(error);
  const wait = waitOf(error);
  return new ModelProblem(
    `${provider} (model ${model}) answered ${error.statusCode} at ${url}: ${said}.${wait}${adviceFor(error.statusCode, provider)}`,
    info,
  );
}

const said4xx = (error: APICallError): string =>
  readBody(error.responseBody || error.message).replace(/\.$/, '');

function waitOf(error: APICallError): string {
  const seconds = Number(error.responseHeaders?.['retry-after']);
  return seconds > 0 ? ` It asks to wait ${seconds} s.` : '';
}

/** The AI SDK's words for a stream that just ends. It also says so when a page or another text came instead. */
const unfinished = /without a finish (reason|chunk)/;

function fromOther(error: unknown, { provider, model, baseUrl }: Subject): ModelProblem {
  const url = publicUrl(baseUrl);
  if (NoOutputGeneratedError.isInstance(error)) {
    return new ModelProblem(`${provider} (model ${model}) at ${url} sent an empty answer.`, {
      provider,
      url,
      retryable: true,
    });
  }
  const said = shorten(textOfError(error));
  const what = unfinished.test(said)
    ? 'broke off before the answer was finished: the connection was cut, or what answers there is no such API.'
    : `failed: ${said}`;
  return new ModelProblem(`${provider} (model ${model}) at ${url} ${what}`, {
    provider,
    url,
    retryable: true,
  });
}

/** Providers send errors in a stream as objects of every shape. */
function textOfError(error: unknown): string {
  if (error instanceof Error) return error.message;
  const text = typeof error === 'string' ? error : (JSON.stringify(error) ?? 'unknown error');
  return messageIn(text) ?? text;
}

/** The first message in an error body of the usual shapes: `{error: {message}}`, `{error}`, `{message}`, `{detail}`. */
function messageIn(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (let depth = 0; depth < 4; depth++) {
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) value = value[0];
    if (typeof value !== 'object' || value === null) return undefined;
    const { error, message, detail } = value as Record<string, unknown>;
    value = error ?? message ?? detail;
  }
  return undefined;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)} ...` : line;
}
