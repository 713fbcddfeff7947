import { createParser } from 'eventsource-parser';
import * as z from 'zod';
import { BrokenAnswer, carry } from './broken-answer.ts';
import { streamOf } from './stream-of.ts';
import { callDelta, createCallAssembler } from './tool-calls.ts';

type Fetch = typeof globalThis.fetch;

const delta = z.looseObject({
  role: z.unknown().optional(),
  tool_calls: z.array(callDelta).nullish(),
});
const chunk = z.looseObject({
  error: z.unknown().optional(),
  message: z.unknown().optional(),
  object: z.unknown().optional(),
  choices: z
    .array(z.looseObject({ delta: delta.nullish(), finish_reason: z.string().nullish() }))
    .nullish()
    .transform((choices) => choices ?? []),
  usage: z.looseObject({ prompt_tokens: z.unknown().optional() }).nullish(),
});
type Chunk = z.output<typeof chunk>;

/**
 * Stands between an OpenAI-compatible endpoint and the AI SDK, and makes of its stream what OpenAI would send: calls
 * in order, errors thrown wherever they come, no success for a stream that was cut.
 */
export const normalisingFetch =
  (fetch: Fetch): Fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (!response.ok || !response.body) return response;
    const type = response.headers.get('content-type') ?? '';
    if (type.includes('html')) return response;
    if (type.includes('json')) {
      const text = await response.text();
      refuseError(chunk.safeParse(parse(text)).data, text);
      return new Response(text, response);
    }
    const reader = response.body.getReader();
    const events = streamOf(rewrite(reader, idsIn(init?.body)), (reason) => reader.cancel(reason));
    return new Response(events, response);
  };

async function* rewrite(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  usedIds: ReadonlySet<string>,
): AsyncGenerator<Uint8Array> {
  const rewriter = createRewriter(usedIds);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const heard: string[] = [];
  let saidDone = false;
  const parser = createParser({ onEvent: ({ data }) => heard.push(data) });
  const event = (data: object) => encoder.encode(`data: ${JSON.stringify(data)}\n\n`);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      parser.feed(decoder.decode(value, { stream: !done }));
      for (const data of heard.splice(0)) {
        if (data === '[DONE]') saidDone = true;
        else yield event(rewriter.rewrite(data));
      }
      if (done) break;
    }
    const end = rewriter.end(saidDone);
    if (end) yield event(end);
  } catch (error) {
    if (!(error instanceof BrokenAnswer)) throw error;
    yield event({ error: carry(error) });
  }
}

/** Rewrites one stream, chunk by chunk. Both functions throw a `BrokenAnswer` where the endpoint failed. */
function createRewriter(usedIds: ReadonlySet<string>) {
  const calls = createCallAssembler(usedIds);
  let finished = false;
  let last: Chunk | undefined;

  return {
    rewrite(data: string): object {
      const { data: value } = chunk.safeParse(parse(data));
      if (!value) throw new BrokenAnswer('garbled', `it sent ${data.slice(0, 200)}`);
      refuseError(value, data);
      last = value;
      const { error: _error, usage, ...rest } = value;
      const choices = value.choices.map((choice) => {
        const { finish_reason: reason, delta: given } = choice;
        if (reason) finished = true;
        const tools = given?.tool_calls?.map((call) => calls.take(call));
        return {
          ...choice,
          finish_reason: reason || null,
          // Only the assistant answers, whatever an endpoint calls it.
          ...(given && { delta: { ...given, role: undefined, ...(tools && { tool_calls: tools }) } }),
        };
      });
      return { ...rest, choices, ...(hasNumbers(usage) && { usage }) };
    },
    /** What is to be added at the end; `saidDone`: the endpoint said itself that this is the end. */
    end(saidDone: boolean): object | undefined {
      if (finished) return undefined;
      if (!last) throw new BrokenAnswer('empty', 'it answered nothing');
      // Some servers do not say why they ended after a call. If they say that they did, and it is whole, all is there.
      if (!saidDone || !calls.complete()) throw new BrokenAnswer('cut', 'the answer ended without a reason');
      const choices = [{ index: 0, delta: {}, finish_reason: 'tool_calls' }];
      return { ...last, error: undefined, usage: undefined, choices };
    },
  };
}

/** Throws the error that came instead of an answer, whatever its shape. */
function refuseError(value: Chunk | undefined, body: string): void {
  if (!value) return;
  const { error, object, message, choices } = value;
  const failed = choices.some(({ finish_reason }) => finish_reason === 'error');
  const bare = choices.length === 0 && (object === 'error' || typeof message === 'string');
  if (!error && !failed && !bare) return;
  const status = statusIn(error) ?? statusIn(value);
  // Without a word of its own, all there is to tell is the reason.
  const said = error || bare ? body : 'its reason to end the answer is "error"';
  throw new BrokenAnswer('said', said, { body: said, ...(status !== undefined && { status }) });
}

const numbered = z.looseObject({
  code: z.unknown().optional(),
  status: z.unknown().optional(),
  status_code: z.unknown().optional(),
});

function statusIn(value: unknown): number | undefined {
  const { data } = numbered.safeParse(value);
  return [data?.status_code, data?.status, data?.code]
    .map(Number)
    .find((number) => number >= 400 && number < 600);
}

/** Zeros are what servers send that do not count. */
const hasNumbers = (usage: Chunk['usage']): boolean =>
  usage !== null && usage !== undefined && Number(usage.prompt_tokens) > 0;

const request = z.object({
  messages: z.array(z.object({ tool_calls: z.array(z.object({ id: z.string() })).optional() })),
});

/** Ids of the calls that a request tells of. */
function idsIn(body: unknown): Set<string> {
  const { data } = request.safeParse(typeof body === 'string' ? parse(body) : undefined);
  return new Set(data?.messages.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
