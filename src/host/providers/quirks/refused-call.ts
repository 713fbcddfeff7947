import * as z from 'zod';
import type { Failure } from './failure.ts';
import type { Part } from './settle.ts';

/** A call that an endpoint refused because its own model wrote it badly: `message` says why, `written` is what it wrote. */
export type RefusedCall = { message: string; written: string };

const body = z.object({
  error: z.object({
    code: z.literal('tool_use_failed'),
    message: z.string().default(''),
    failed_generation: z.string().default(''),
  }),
});

/** Groq checks calls itself and refuses those that do not fit, and at times an answer that is no call at all. */
export function refusedCall({ text }: Failure): RefusedCall | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = body.safeParse(parsed);
  return data && { message: data.error.message, written: data.error.failed_generation };
}

/** Whether what was refused is an answer in words, which can be shown as it is. */
export const isPlainAnswer = ({ written }: RefusedCall): boolean =>
  written.trim() !== '' && !/[{}[\]]|<\/?(function|tool)|<\|/.test(written);

/** What the model is told so that it writes the call better. */
export const instruction = ({ message, written }: RefusedCall): string =>
  [
    `Your last tool call was refused and not run: ${message}`,
    ...(written ? [`You wrote: ${written}`] : []),
    'Call the tool again with arguments of the types in its schema.',
  ].join('\n');

/** An answer in words as the parts of a stream. */
export async function* partsOf(text: string): AsyncGenerator<Part> {
  const id = 'recovered';
  const none = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
  yield { type: 'stream-start', warnings: [] };
  yield { type: 'text-start', id };
  yield { type: 'text-delta', id, delta: text };
  yield { type: 'text-end', id };
  yield {
    type: 'finish',
    finishReason: { unified: 'stop', raw: 'tool_use_failed' },
    usage: { inputTokens: none, outputTokens: { total: undefined, text: undefined, reasoning: undefined } },
  };
}
