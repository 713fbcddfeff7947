import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { describe, expect, test } from 'vitest';
import { type Answer, ask } from './ask.ts';
import { openReplay, problemOf } from './open.ts';
import { replay } from './replay-server.ts';

/** A stream comes as it likes: whole, or in pieces that part lines, words and letters of several bytes. */
const pieces = [undefined, 1];
const list = ['notes', { action: 'list' }];
const create = ['notes', { action: 'create', text: 'b' }];
const empty = ['empty', {}];

/** What the AI SDK makes of an endpoint by itself: where it comes to do well, our handling can go. */
async function alone(stream: string): Promise<Answer> {
  const { url } = await replay(stream);
  return ask(createOpenAICompatible({ name: 'local', baseURL: url, includeUsage: true })('tester'));
}

describe('A29 calls run with their arguments', () => {
  test.for([
    { quirk: 'Q1', stream: 'q01-gemini-no-index.sse', ran: [list, create], alone: true },
    { quirk: 'Q1', stream: 'q01-ollama-no-index.sse', ran: [list, create], alone: true },
    { quirk: 'Q2', stream: 'q02-ollama-index-0.sse', ran: [list, create], alone: true },
    { quirk: 'Q2', stream: 'q02-litellm-index-0.sse', ran: [list, create], alone: true },
    { quirk: 'Q2', stream: 'q02-empty-arguments-index-0.sse', ran: [empty, empty], alone: false },
    { quirk: 'Q3', stream: 'q03-glm-no-id.sse', ran: [list, create], alone: true },
    { quirk: 'Q3', stream: 'q03-numeric-id.sse', ran: [list, create], alone: false },
    { quirk: 'Q3', stream: 'q03-empty-id.sse', ran: [list, create], alone: true },
    { quirk: 'Q3', stream: 'q03-same-id.sse', ran: [list, create], alone: true },
    { quirk: 'Q3', stream: 'q03-id-for-each-piece.sse', ran: [create], alone: true },
    { quirk: 'Q4', stream: 'q04-bedrock-split.sse', ran: [list, create], alone: false },
    { quirk: 'Q4', stream: 'q04-id-and-name-apart.sse', ran: [list, create], alone: true },
    { quirk: 'Q5', stream: 'q05-vllm-no-arguments.sse', ran: [empty, empty], alone: true },
    { quirk: 'Q5', stream: 'q05-null-and-object-arguments.sse', ran: [list, empty], alone: false },
    { quirk: 'Q5', stream: 'q05-no-function-in-delta.sse', ran: [list], alone: false },
    { quirk: 'Q22', stream: 'q22-nvidia-complete-call.sse', ran: [list], alone: false },
  ])('$quirk $stream', async ({ stream, ran, alone: handled }) => {
    for (const bytes of pieces) {
      const { model } = await openReplay([{ body: stream, ...(bytes && { bytes }) }]);
      const answer = await ask(model);
      expect(answer).toMatchObject({
        ran,
        errors: [],
        finishReason: expect.stringMatching(/stop|tool-calls/),
      });
      expect(new Set(answer.ids).size, 'each call has an id of its own').toBe(ran.length);
    }
    const bare = await alone(stream);
    const well = bare.errors.length === 0 && JSON.stringify(bare.ran) === JSON.stringify(ran);
    expect(well, 'the AI SDK alone').toBe(handled);
  });

  test('Q3 an id that an earlier turn had is given anew, so that two calls are never one', async () => {
    const { model, requests } = await openReplay(['q03-same-id.sse', 'q03-same-id.sse', 'hello.sse']);
    const { ids, ran, text } = await ask(model, { steps: 3 });
    expect(ran).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
    expect(text).toBe('Hello.');
    expect(requests).toHaveLength(3);
  });

  test('Q6 arguments that are no JSON are not run; the model is told and may try again', async () => {
    const { model, requests } = await openReplay(['q06-vllm-hermes.sse', 'one-call.sse', 'hello.sse']);
    const answer = await ask(model, { steps: 3 });
    expect(answer).toMatchObject({ ran: [list], errors: [], text: 'Hello.' });
    const told = requests[1]?.messages.at(-1);
    expect(told?.role).toBe('tool');
    expect(JSON.stringify(told)).toContain('JSON parsing failed');
    // What is sent back as the arguments must be JSON, or the endpoint refuses the whole conversation.
    const [call] = sentCalls(requests[1]);
    expect(JSON.parse(call?.function.arguments ?? '')).toEqual({});
  });
});

describe('A30 what is no whole answer is no success', () => {
  test.for([
    {
      quirk: 'Q21',
      stream: 'q21-openrouter.sse',
      text: 'Half an ',
      says: 'Provider disconnected unexpectedly',
      kind: 'other',
    },
    {
      quirk: 'Q21',
      stream: 'q21-dashscope.sse',
      text: 'Half an ',
      says: 'inappropriate content',
      kind: 'other',
    },
    { quirk: 'Q21', stream: 'q21-finish-reason-error.sse', text: 'Half an ', says: '"error"', kind: 'other' },
    { quirk: 'Q21', stream: 'q21-bare-string.sse', text: '', says: 'upstream connect error', kind: 'other' },
    {
      quirk: 'Q21',
      stream: 'q21-no-choices-message.sse',
      text: '',
      says: 'CUDA out of memory',
      kind: 'server',
    },
    { quirk: 'Q21', stream: 'q21-openrouter-429.sse', text: '', says: '429', kind: 'rate-limit' },
    { quirk: 'Q22', stream: 'q22-cut-text.sse', text: 'Half an ans', says: 'broke off', kind: 'cut' },
    { quirk: 'Q22', stream: 'q22-cut-call.sse', text: '', says: 'broke off', kind: 'cut' },
    { quirk: 'Q22', stream: 'q22-cut-second-call.sse', text: '', says: 'broke off', kind: 'cut' },
    { quirk: 'Q22', stream: 'q22-cut-before-arguments.sse', text: '', says: 'broke off', kind: 'cut' },
    { quirk: 'Q22', stream: 'q22-whole-call-without-done.sse', text: '', says: 'broke off', kind: 'cut' },
    { quirk: 'Q26', stream: 'q26-zero-deltas.sse', text: '', says: 'empty answer', kind: 'empty' },
    { quirk: 'Q26', stream: 'q26-nothing.sse', text: '', says: 'empty answer', kind: 'empty' },
  ])('$quirk $stream', async ({ stream, text, says, kind }) => {
    for (const end of ['well', 'cut the connection'] as const) {
      if (end !== 'well' && kind !== 'cut') continue;
      for (const bytes of pieces) {
        const { model, requests, url } = await openReplay([
          { body: stream, end, ...(bytes && { bytes }) },
          'hello.sse',
        ]);
        const answer = await ask(model, { steps: 3 });
        const problem = problemOf(answer);
        expect(problem).toMatchObject({ kind, retryable: true, provider: 'local' });
        expect(problem.message).toContain(says);
        expect(problem.message).toContain(url);
        expect(answer).toMatchObject({ text, ran: [] });
        expect(requests, 'nothing goes on after it').toHaveLength(1);
      }
    }
  });

  test('Q22 a call whose arguments were cut by the limit of the answer is not run and not asked for again', async () => {
    const { model, requests } = await openReplay(['q22-call-cut-by-length.sse', 'hello.sse']);
    expect(await ask(model, { steps: 3 })).toMatchObject({ ran: [], errors: [], finishReason: 'length' });
    expect(requests).toHaveLength(1);
  });

  test('Q22 the AI SDK alone goes on after half a call', async () => {
    const { url, requests } = await replay('q22-cut-call.sse', 'hello.sse');
    await ask(createOpenAICompatible({ name: 'local', baseURL: url })('tester'), { steps: 3 });
    expect(requests).toHaveLength(2);
  });

  test('Q26 an empty answer after results of tools is an end like any other', async () => {
    const { model } = await openReplay(['one-call.sse', 'q26-zero-deltas.sse']);
    expect(await ask(model, { steps: 2 })).toMatchObject({ ran: [list], errors: [], finishReason: 'stop' });
  });
});

describe('what endpoints add is no part of an answer', () => {
  test.for([
    { quirk: 'Q19', stream: 'q19-azure.sse' },
    { quirk: 'Q24', stream: 'q24-comments.sse' },
    { quirk: 'Q21', stream: 'q21-null-error-and-odd-role.sse' },
  ])('$quirk $stream', async ({ stream }) => {
    for (const bytes of pieces) {
      const { model } = await openReplay([{ body: stream, ...(bytes && { bytes }) }]);
      expect(await ask(model)).toMatchObject({
        text: 'Hello.',
        errors: [],
        finishReason: 'stop',
        inputTokens: 120,
      });
    }
  });

  test('Q20 numbers that are not given stay unknown', async () => {
    for (const stream of ['q20-plain.sse', 'q20-zeros.sse']) {
      const { model } = await openReplay([stream]);
      expect((await ask(model)).inputTokens).toBeUndefined();
    }
  });
});

type SentCall = { id: string; function: { name: string; arguments: string } };
const sentCalls = (request: { messages: Record<string, unknown>[] } | undefined): SentCall[] =>
  (request?.messages ?? []).flatMap(({ tool_calls }) => (tool_calls as SentCall[] | undefined) ?? []);
