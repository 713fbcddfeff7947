import { expect, test, vi } from 'vitest';
import type { Reader } from '../../../src/directus/connection.ts';
import { createSchema, type Schema } from '../../../src/directus/schema.ts';

/** A Directus that answers when it is told to; whoever gives up before does not hear it. */
function holding(answer: unknown) {
  const held = Promise.withResolvers<void>();
  const asked = vi.fn();
  const request = async <T>(
    _method: string,
    target: string,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ) => {
    asked(target);
    await Promise.race([held.promise, given(signal)]);
    return answer as T;
  };
  const reader: Reader = {
    url: 'http://directus',
    request,
    fetch: () => Promise.reject(new Error('Unasked.')),
  };
  return { reader, asked, answerNow: held.resolve };
}

const given = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

test.for<{
  what: string;
  answer: unknown;
  read: (schema: Schema, signal: AbortSignal) => Promise<unknown>;
  gives: unknown;
}>([
  { what: 'fields', answer: [], read: (schema, signal) => schema.fields('articles', signal), gives: [] },
  {
    what: 'rows at once',
    answer: { queryLimit: { max: 7 } },
    read: (schema, signal) => schema.mostRows(signal),
    gives: 7,
  },
])(
  'who waits for $what that somebody else began to read is not given up with them',
  async ({ answer, read, gives }) => {
    const { reader, asked, answerNow } = holding(answer);
    const schema = createSchema(reader, async () => false);
    const [gone, stays] = [new AbortController(), new AbortController()];
    const first = read(schema, gone.signal);
    const second = read(schema, stays.signal);
    gone.abort(new Error('taken back'));
    await expect(first).rejects.toThrow('taken back');
    answerNow();
    expect(await second).toEqual(gives);
    expect(asked).toHaveBeenCalledOnce();
  },
);
