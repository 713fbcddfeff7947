import { APICallError, JSONParseError, NoOutputGeneratedError, RetryError, TypeValidationError } from 'ai';
import { rootCause } from '../../cause.ts';
import { type BrokenAnswer, brokenAnswerIn } from './broken-answer.ts';

/** What is known of a request that failed. It may hold secrets. */
export type Failure = {
  /**
   * `refused`: the endpoint answered with a status. `unreadable`: with a good one, and something that is no answer.
   * `unreachable`: it did not answer. `other`: something else was thrown. The rest: see `BrokenAnswer`.
   */
  how: 'refused' | 'unreadable' | 'unreachable' | 'other' | BrokenAnswer['how'];
  status: number | undefined;
  url: string | undefined;
  /** What the endpoint said, or the error did. */
  text: string;
  headers: Readonly<Record<string, string>>;
};

/** Reads whatever the AI SDK threw. */
export function readFailure(error: unknown): Failure {
  const cause = RetryError.isInstance(error) ? error.lastError : error;
  const none = { status: undefined, url: undefined, headers: {} };
  const broken = brokenAnswerIn(cause);
  if (broken) return { ...none, how: broken.how, status: broken.status, text: broken.body };
  if (APICallError.isInstance(cause)) return readCall(cause);
  if (NoOutputGeneratedError.isInstance(cause)) return { ...none, how: 'empty', text: cause.message };
  const unread = unreadIn(cause);
  if (unread !== undefined) return { ...none, how: 'garbled', text: `it sent ${unread.slice(0, 200)}` };
  const { message, status } = readOther(cause);
  // The AI SDK's words for a stream that just ends.
  if (/without a finish (reason|chunk)/.test(message)) return { ...none, how: 'cut', text: message };
  return { ...none, how: status === undefined ? 'other' : 'said', status, text: message };
}

/** What came in the stream and could not be read: the AI SDK would tell all that it had looked for in it. */
function unreadIn(error: unknown): string | undefined {
  if (JSONParseError.isInstance(error)) return error.text;
  return TypeValidationError.isInstance(error) ? JSON.stringify(error.value) : undefined;
}

function readCall(error: APICallError): Failure {
  const { statusCode: status, url, responseBody, message } = error;
  const headers = error.responseHeaders ?? {};
  if (status === undefined) return { how: 'unreachable', status, url, headers, text: rootCause(error) };
  const how = status < 400 ? 'unreadable' : 'refused';
  return { how, status, url, headers, text: responseBody || message };
}

/** Providers send errors in a stream as objects of every shape. */
function readOther(error: unknown): { message: string; status: number | undefined } {
  const message =
    error instanceof Error
      ? error.message
      : typeof error === 'string'
        ? error
        : (JSON.stringify(error) ?? 'unknown error');
  const given =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return { message, status: typeof given === 'number' ? given : undefined };
}
