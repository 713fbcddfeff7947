import { INVALID_PARAMS, INVALID_REQUEST, isJSONRPCRequest, PARSE_ERROR } from '@modelcontextprotocol/server';
import { isObject } from '../directus/objects.ts';

/** An answer to a line that is no good message; without an id where none could be read. */
export type Wrong = {
  jsonrpc: '2.0';
  id: string | number | null;
  error: { code: number; message: string };
};

/**
 * What is to be answered to a line that the SDK would pass over, so that who sent a request does not wait for ever.
 * Nothing to a good message, nor to what may be a notification or an answer: these are never answered.
 */
export function judge(line: string): Wrong[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    const text = 'This line is no JSON. Send one message a line, in UTF-8. Check quotes and brackets.';
    return line.trim() === '' ? [] : [wrong(null, PARSE_ERROR, text)];
  }
  return Array.isArray(value) ? ofBatch(value) : ofMessage(value);
}

/** Each request in a batch is waited for by its own id. */
function ofBatch(batch: unknown[]): Wrong[] {
  const text = 'Batches are not taken here. Send each message in a line of its own.';
  const ids = batch.filter(isObject).filter(asks).map(idOf);
  return (ids.length > 0 ? ids : [null]).map((id) => wrong(id, INVALID_REQUEST, text));
}

function ofMessage(value: unknown): Wrong[] {
  if (!isObject(value)) return [wrong(null, INVALID_REQUEST, SHAPE)];
  if (!asks(value) || isJSONRPCRequest(value)) return [];
  const { params: _params, ...others } = value;
  if (isJSONRPCRequest(others)) return [wrong(others.id, INVALID_PARAMS, PARAMS)];
  return [wrong(idOf(value), INVALID_REQUEST, SHAPE)];
}

const SHAPE =
  'This is no request. It takes "jsonrpc":"2.0", an "id" (a text or a whole number), a "method" (a text) and "params" (an object), and nothing else.';
const PARAMS = '"params" must be an object; its "_meta" an object, with a text or a whole number as token.';

/** The answer to a line that is not even read. */
export const tooLong = (mostBytes: number): Wrong =>
  wrong(null, INVALID_REQUEST, `This line is longer than ${mostBytes} bytes. Send less in one call.`);

/** Whether an answer may be waited for. */
function asks(message: Record<string, unknown>): boolean {
  const has = (key: string) => Object.hasOwn(message, key);
  if (has('result') || has('error')) return false;
  return has('id') || typeof message.method !== 'string';
}

const idOf = ({ id }: Record<string, unknown>) =>
  typeof id === 'string' || typeof id === 'number' ? id : null;

const wrong = (id: Wrong['id'], code: number, message: string): Wrong => ({
  jsonrpc: '2.0',
  id,
  error: { code, message },
});
