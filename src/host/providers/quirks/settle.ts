import type { LanguageModelMiddleware } from 'ai';
import { BrokenAnswer, brokenAnswerIn } from './broken-answer.ts';
import { streamOf } from './stream-of.ts';

type WrapStream = NonNullable<LanguageModelMiddleware['wrapStream']>;
type Stream = Awaited<ReturnType<WrapStream>>['stream'];
export type Part = Stream extends ReadableStream<infer T> ? T : never;

/** What a person or the loop can use of an answer. */
export const isContent = ({ type }: Part): boolean =>
  type === 'text-delta' ||
  type === 'reasoning-delta' ||
  type.startsWith('tool-') ||
  type === 'file' ||
  type === 'source';

/**
 * Makes an answer end in one way only: well, with `finish` last, or with an `error` part last and nothing after it. So
 * no call runs in an answer that failed, and a call whose arguments were cut does not either.
 */
export const settledEnd: LanguageModelMiddleware = {
  specificationVersion: 'v4',
  async wrapStream({ doStream, params }) {
    const { stream, ...rest } = await doStream();
    // After results of tools a model may have nothing to add.
    const mayBeEmpty = params.prompt.at(-1)?.role === 'tool';
    const reader = stream.getReader();
    return { ...rest, stream: streamOf(settle(reader, mayBeEmpty), (reason) => reader.cancel(reason)) };
  },
};

async function* settle(reader: ReadableStreamDefaultReader<Part>, mayBeEmpty: boolean): AsyncGenerator<Part> {
  const halfCalls: Part[] = [];
  let empty = true;
  try {
    for (;;) {
      const { done, value: part } = await reader.read();
      if (done) return;
      if (part.type === 'tool-call' && !isJson(part.input)) {
        halfCalls.push(part);
        empty = false;
        continue;
      }
      if (part.type === 'finish') {
        const { unified } = part.finishReason;
        const whole = unified === 'stop' || unified === 'tool-calls';
        // The model hears of its bad arguments, unless the end of the answer is what made them bad.
        if (whole) yield* halfCalls;
        if (whole && empty && !mayBeEmpty) throw new BrokenAnswer('empty', 'it answered nothing');
      }
      if (part.type === 'error') {
        yield { ...part, error: brokenAnswerIn(part.error) ?? part.error };
        return;
      }
      if (isContent(part)) empty = false;
      yield part;
    }
  } catch (error) {
    // A person's Stop is no failure.
    if (error instanceof Error && error.name === 'AbortError') throw error;
    yield { type: 'error', error };
  } finally {
    reader.cancel().catch(() => {});
  }
}

function isJson(text: string): boolean {
  if (text.trim() === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
