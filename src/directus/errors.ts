/**
 * An error made for the one who called: what failed and why in `message`, what to do in `next`.
 * Everything thrown on purpose below `server/` is one of these; `result/` turns it into a reply.
 */
export class ToolError extends Error {
  override name = 'ToolError';
  constructor(
    /** Directus's code where it has one (`FORBIDDEN`), else one of ours in the same style. */
    readonly code: string,
    message: string,
    /** The next step, as a sentence. */
    readonly next?: string,
    /** Facts that help the next attempt: field definitions, allowed values. */
    readonly details?: Record<string, unknown>,
  ) {
    super(message);
  }
}

/** What a call names and this user cannot see: a collection, fields of it, or rows of it. */
export type Unseen = { collection: string; fields?: string[]; keys?: (string | number)[] };

/** Something that was called by its name or key is not there for this user. Why, is found out where it is told. */
export class UnseenError extends ToolError {
  constructor(
    code: string,
    message: string,
    readonly unseen: Unseen,
    next?: string,
  ) {
    super(code, message, next);
  }
}

/** One entry of `errors` in a Directus reply. */
export type DirectusErrorEntry = {
  message: string;
  extensions?: {
    code?: string;
    reason?: string;
    field?: string;
    collection?: string;
    type?: string;
    [key: string]: unknown;
  };
};

/** Directus answered, and the answer is an error. */
export class DirectusError extends Error {
  override name = 'DirectusError';
  constructor(
    readonly status: number,
    readonly errors: DirectusErrorEntry[],
    readonly request: { method: string; path: string },
    /** The Retry-After header, where Directus sent one. */
    readonly retryAfter?: string,
  ) {
    super(errors[0]?.message ?? `HTTP ${status}`);
  }
  get code(): string {
    return this.errors[0]?.extensions?.code ?? `HTTP_${this.status}`;
  }
}

/** Directus did not answer: down, unknown host, cut connection, time out. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
  constructor(
    readonly url: string,
    readonly reason: string,
    /** Whether the request may have been carried out all the same: it was sent, and it changes something. */
    readonly unknownOutcome: boolean,
  ) {
    super(`Directus at ${url} cannot be reached: ${reason}.`);
  }
}

/** Something failed after a part of the work was done, and that part stays. */
export class HalfDoneError extends Error {
  override name = 'HalfDoneError';
  constructor(
    /** What was done, in a word: `deleted`. */
    readonly verb: string,
    /** To what: names or keys. */
    readonly done: string[],
    override readonly cause: unknown,
  ) {
    super(`${verb}: ${done.join(', ')}`);
  }
}

/** A change was made, or a part of it, and what was to follow failed: most often reading it back. */
export class AfterChangeError extends Error {
  override name = 'AfterChangeError';
  constructor(override readonly cause: DirectusError | UnreachableError) {
    super(cause.message);
  }
}

/** Whether a request that failed may have done its work before that. */
export function mayHaveWorked(error: unknown): boolean {
  return (error instanceof DirectusError && error.status >= 500) || isUnknown(error);
}

/** Also where the answer to a change was none of Directus's, or half of one: it may have come after the change. */
export function isUnknown(error: unknown): boolean {
  if (error instanceof ToolError) return error.code === 'UNREACHABLE';
  return error instanceof UnreachableError && error.unknownOutcome;
}
