import { isJsonContentType, readRequestBody } from '@modelcontextprotocol/server';
import { isDeeper, isObject } from '../../directus/objects.ts';
import type { Admitted } from './callers.ts';
import { INVALID_REQUEST, PARSE_ERROR, type Refusal } from './refusal.ts';

/** The body of a POST: its text, to send on, and what it holds. */
export type Body = {
  text: string;
  /** One message, or a batch of them. */
  parsed: object;
  messages: Record<string, unknown>[];
};

/** A request that was let in, and what is to be known about it. */
export type Incoming = {
  request: Request;
  /** Of a POST. */
  body: Body | undefined;
  admitted: Admitted;
  /** Whether another instance sent it on. */
  forwarded: boolean;
  /** Calls back when the answer was sent to its end, or the client is gone. */
  onEnd(ended: () => void): void;
};

/** Nothing real nests like this, and whatever walks through it would run out of stack. */
const DEEPEST = 100;

/** Reads a POST to its end, within bounds, and takes it as JSON. */
export async function readBody(request: Request, mostBytes: number): Promise<Body | Refusal> {
  if (!isJsonContentType(request.headers.get('content-type'))) {
    return { status: 415, message: 'Send JSON, with the header Content-Type: application/json.' };
  }
  let text: string;
  try {
    const read = await readBounded(request, mostBytes);
    if (read.tooLarge) {
      const message = `The request is larger than ${mostBytes} bytes. The operator can allow more with http.bodyBytes.`;
      return { status: 413, message };
    }
    text = read.text;
  } catch {
    return {
      status: 400,
      code: PARSE_ERROR,
      message: 'The request ended before its body was whole. Send it again.',
    };
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { status: 400, code: PARSE_ERROR, message: 'The body must be JSON. Check quotes and brackets.' };
  }
  if (isDeeper(parsed, DEEPEST)) {
    return {
      status: 400,
      code: INVALID_REQUEST,
      message: `The body is nested more than ${DEEPEST} levels deep. Write it flatter.`,
    };
  }
  const messages = Array.isArray(parsed) ? parsed : [parsed];
  if (typeof parsed !== 'object' || parsed === null || messages.length === 0 || !messages.every(isObject)) {
    return {
      status: 400,
      code: INVALID_REQUEST,
      message: 'The body must be a message of JSON-RPC, or a list of them.',
    };
  }
  return { text, parsed, messages };
}

/** A body whose length is told, as nearly all are, needs no stream of the web around it. */
async function readBounded(request: Request, mostBytes: number): ReturnType<typeof readRequestBody> {
  const length = request.headers.get('content-length');
  if (length === null || Number(length) > mostBytes) return readRequestBody(request, mostBytes);
  return { tooLarge: false, text: await request.text() };
}

/** The id of the request in a body, for an error to name; null where there is none or there are several. */
export function idOf({ messages }: Pick<Body, 'messages'>): string | number | null {
  const [only, ...others] = messages;
  const id = others.length === 0 && typeof only?.method === 'string' ? only.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
