import { type Failure, readFailure } from './quirks/failure.ts';
import type { ProblemKind } from './quirks/kinds.ts';
import { judge, adviceFor as statusAdvice } from './quirks/kinds.ts';
import { askedWait, longestWait } from './quirks/wait.ts';

export type { ProblemKind } from './quirks/kinds.ts';

/**
 * A model endpoint failed. `message` is one clear line or two for people: provider and model, URL, status, what the
 * endpoint said, what to do. It never holds a key.
 */
export class ModelProblem extends Error {
  override name = 'ModelProblem';
  readonly kind: ProblemKind;
  readonly provider: string;
  readonly url: string | undefined;
  readonly status: number | undefined;
  /** The same request may work later. */
  readonly retryable: boolean;
  /** When the endpoint wants to be asked again, in epoch milliseconds. */
  readonly retryAt: number | undefined;
  constructor(
    message: string,
    info: {
      kind?: ProblemKind;
      provider: string;
      url?: string | undefined;
      status?: number | undefined;
      retryable?: boolean;
      retryAt?: number | undefined;
    },
  ) {
    super(message);
    this.kind = info.kind ?? 'other';
    this.provider = info.provider;
    this.url = info.url;
    this.status = info.status;
    this.retryable = info.retryable ?? false;
    this.retryAt = info.retryAt;
  }
}

export const isModelProblem = (error: unknown): error is ModelProblem => error instanceof ModelProblem;

/** Whom the problem is about, and what must not be shown of it. */
export type Subject = { provider: string; model: string; baseUrl: string; secrets: readonly string[] };

/** Makes one clear message of whatever the AI SDK threw. */
export function explain(error: unknown, subject: Subject): ModelProblem {
  if (isModelProblem(error)) return error;
  const failure = readFailure(error);
  const { provider, secrets } = subject;
  const { kind, advice, retryable } = judge(failure, provider);
  const url = publicUrl(failure.url ?? subject.baseUrl);
  const asked = askedWait(failure.headers);
  const message = [tell(failure, subject, url), tellWait(asked), advice].filter(Boolean).join(' ');
  return new ModelProblem(redact(message, secrets), {
    kind,
    provider,
    url,
    status: failure.status,
    retryable,
    retryAt: asked === undefined ? undefined : Date.now() + asked,
  });
}

/** What a response that is not as it should be says, in one line: the message in JSON, or that it is HTML. */
export function readBody(body: string | undefined): string {
  const text = body?.trim() ?? '';
  if (!text) return 'an empty answer';
  if (/^<(!doctype|html|\?xml)/i.test(text)) {
    const title = /<title[^>]*>([^<]*)</i.exec(text.slice(0, 10_000))?.[1]?.trim();
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

/** What to do about a status, with a space before it. */
export function adviceFor(status: number | undefined, provider: string): string {
  const advice = statusAdvice(status, provider);
  return advice && ` ${advice}`;
}

function tell({ how, status, text }: Failure, { provider, model }: Subject, url: string): string {
  const who = `${provider} (model ${model})`;
  const said = readBody(text).replace(/\.$/, '');
  switch (how) {
    case 'refused':
      return `${who} answered ${status} at ${url}: ${said}.`;
    case 'unreadable':
      return `${who} answered ${status} at ${url} with what is no answer of such an API: ${said}.`;
    case 'unreachable':
      return `${provider} could not be reached at ${url} (${said}).`;
    case 'said':
      return `${who} at ${url} sent an error instead of the answer${status ? ` (${status})` : ''}: ${said}.`;
    case 'cut':
      return `${who} at ${url} broke off before the answer was finished: the connection was cut, or what answers there is no such API.`;
    case 'stalled':
      return `${who} at ${url} broke off: ${said}.`;
    case 'garbled':
      return `${who} at ${url} broke off: ${said}, which is no answer of such an API.`;
    case 'empty':
      return `${who} at ${url} sent an empty answer.`;
    case 'other':
      return `${who} at ${url} failed: ${said}.`;
  }
}

/** A short wait in seconds; a long one as the time of day, with its date when that is another. */
function tellWait(ms: number | undefined): string {
  if (ms === undefined || ms === 0) return '';
  if (ms <= longestWait) return `It asks to wait ${Math.ceil(ms / 1000)} s.`;
  const until = new Date(Date.now() + ms);
  const today = until.toDateString() === new Date().toDateString();
  return `It asks to wait until ${today ? until.toLocaleTimeString() : until.toLocaleString()} (${Math.ceil(ms / 60_000)} min).`;
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
  // Where it happened inside of somebody else's program helps nobody here.
  const line = text
    .replace(/\n[ \t]+at [\s\S]*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > 500 ? `${line.slice(0, 500)} ...` : line;
}
