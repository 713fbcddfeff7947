import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Problem } from '../api.ts';

type Code = Problem['error']['code'];

const STATUS: Record<Code, ContentfulStatusCode> = {
  'signed-out': 401,
  otp: 401,
  refused: 403,
  'not-found': 404,
  conflict: 409,
  invalid: 422,
  'too-often': 429,
  failed: 500,
};

/** Thrown by routes; the page gets it as a `Problem`. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly code: Code;
  readonly field: string | undefined;
  constructor(code: Code, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

export const statusOf = (code: Code): ContentfulStatusCode => STATUS[code];

export const problemOf = ({ code, message, field }: ProblemError): Problem => ({
  error: { code, message, ...(field !== undefined && { field }) },
});
