import { describe, expect, test } from 'vitest';
import { attend, type ModelEvent } from '../../../src/host/providers/quirks/attend.ts';
import { askedWait } from '../../../src/host/providers/quirks/wait.ts';
import { ask } from './ask.ts';
import { openReplay, problemOf } from './open.ts';
import { type Reply, recording } from './replay-server.ts';

const refusal = (status: number, headers: Record<string, string> = {}): Reply => ({
  body: 'text:{"error":{"message":"slow down"}}',
  status,
  headers,
});

describe('A34 Q27 a limit of the endpoint', () => {
  test('with Retry-After 20 is waited out, with an event to count down from', async () => {
    const { model, events, waits, requests } = await openReplay(
      [refusal(429, { 'retry-after': '20' }), 'hello.sse'],
      { maxRetries: 2 },
    );
    const before = Date.now();
    expect(await ask(model)).toMatchObject({ text: 'Hello.', errors: [] });
    expect(requests).toHaveLength(2);
    const [event] = events;
    if (event?.type !== 'waiting') throw new Error('There was no countdown.');
    expect(event).toMatchObject({ attempt: 1, reason: expect.stringContaining('slow down') });
    expect(event.until).toBeGreaterThanOrEqual(before + 19_000);
    expect(waits[0]).toBeGreaterThan(19_000);
    expect(waits[0]).toBeLessThanOrEqual(20_000);
  });

  test('with Retry-After 600 stops at once and says when', async () => {
    const { model, events, requests } = await openReplay(
      [refusal(429, { 'retry-after': '600' }), 'hello.sse'],
      {
        maxRetries: 2,
      },
    );
    const before = Date.now();
    const problem = problemOf(await ask(model));
    expect(problem).toMatchObject({ kind: 'rate-limit', retryable: true });
    expect(problem.message).toMatch(/It asks to wait until .*\d\d:\d\d.* \(10 min\)/);
    expect(problem.retryAt).toBeGreaterThanOrEqual(before + 600_000);
    expect(events).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  test('with a date waits until then', async () => {
    const date = new Date(Date.now() + 30_000).toUTCString();
    const { model, waits } = await openReplay([refusal(503, { 'retry-after': date }), 'hello.sse'], {
      maxRetries: 1,
    });
    expect((await ask(model)).text).toBe('Hello.');
    expect(waits[0]).toBeGreaterThan(20_000);
    expect(waits[0]).toBeLessThanOrEqual(30_000);
  });

  test('without a word waits longer each time, and gives up in the end', async () => {
    const { model, waits, events, requests } = await openReplay([refusal(429)], { maxRetries: 3 });
    expect(problemOf(await ask(model)).kind).toBe('rate-limit');
    expect(requests).toHaveLength(4);
    expect(events.map((event) => event.type === 'waiting' && event.attempt)).toEqual([1, 2, 3]);
    const bounds = [2000, 4000, 8000];
    for (const [index, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual((bounds[index] ?? 0) * 0.75);
      expect(ms).toBeLessThanOrEqual((bounds[index] ?? 0) * 1.25);
    }
    expect(new Set(waits).size, 'not in step with others').toBe(3);
  });

  test('in a stream that had not begun is a limit too', async () => {
    const { model, requests } = await openReplay(['q21-openrouter-429.sse', 'hello.sse'], { maxRetries: 1 });
    expect(await ask(model)).toMatchObject({ text: 'Hello.', errors: [] });
    expect(requests).toHaveLength(2);
  });

  test('after the answer began is a failure: nothing is said twice', async () => {
    const { model, requests } = await openReplay(['q22-cut-text.sse', 'hello.sse'], { maxRetries: 2 });
    const answer = await ask(model);
    expect(answer.text).toBe('Half an ans');
    expect(problemOf(answer).kind).toBe('cut');
    expect(requests).toHaveLength(1);
  });

  test('Stop ends the wait at once', async () => {
    const stop = new AbortController();
    const { chatModel, requests } = await openReplay([refusal(429, { 'retry-after': '50' })]);
    const events: ModelEvent[] = [];
    // By the clock: without an end to the wait this would outlast the test.
    const model = attend(chatModel, {
      maxRetries: 2,
      onEvent: (event) => {
        events.push(event);
        stop.abort();
      },
    });
    const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hello' }] }];
    await expect(model.doStream({ prompt, abortSignal: stop.signal })).rejects.toThrow(/abort/i);
    expect(events).toMatchObject([{ type: 'waiting' }]);
    expect(requests).toHaveLength(1);
  });

  test('is read in each of its forms', () => {
    const now = Date.parse('2026-11-01T10:00:00Z');
    expect(askedWait({ 'retry-after': '20' }, now)).toBe(20_000);
    expect(askedWait({ 'retry-after': '0.5' }, now)).toBe(500);
    expect(askedWait({ 'retry-after-ms': '1500', 'retry-after': '9' }, now)).toBe(1500);
    expect(askedWait({ 'retry-after': 'Sun, 01 Nov 2026 10:00:07 GMT' }, now)).toBe(7000);
    expect(askedWait({ 'retry-after': 'Sun, 01 Nov 2026 09:00:00 GMT' }, now)).toBe(0);
    for (const text of ['', 'soon', '-5']) expect(askedWait({ 'retry-after': text }, now)).toBeUndefined();
    expect(askedWait({}, now)).toBeUndefined();
  });

  test.for([400, 401, 403, 404, 422])('a %i is not repeated', async (status) => {
    const { model, requests } = await openReplay([refusal(status), 'hello.sse'], { maxRetries: 2 });
    expect(problemOf(await ask(model)).status).toBe(status);
    expect(requests).toHaveLength(1);
  });
});

describe('A32 Q15 a call that the endpoint refuses', () => {
  test.for(['q15-groq-400.json', 'q15-groq-in-stream.sse'])('is written again once: %s', async (refused) => {
    const { model, requests, events } = await openReplay([refused, 'one-call.sse']);
    const answer = await ask(model);
    expect(answer).toMatchObject({ ran: [['notes', { action: 'list' }]], errors: [] });
    expect(events).toEqual([{ type: 'corrected', text: expect.stringContaining('refused a call') }]);
    const said = JSON.stringify(requests[1]?.messages.at(-1));
    expect(said).toContain('expected string, but got number');
    expect(said).toContain('create');
  });

  test('and then is a problem that says what to do', async () => {
    const { model, requests } = await openReplay(['q15-groq-400.json'], { maxRetries: 2 });
    const problem = problemOf(await ask(model));
    expect(problem.kind).toBe('call-refused');
    expect(problem.message).toContain('expected string, but got number');
    expect(problem.message).toContain('choose another model');
    expect(requests).toHaveLength(2);
  });

  test('and is an answer in words is shown as the answer', async () => {
    const { model, requests } = await openReplay(['q15-groq-text-400.json']);
    const answer = await ask(model);
    expect(answer).toMatchObject({
      text: 'There is nothing to do: the list is empty.',
      errors: [],
      finishReason: 'stop',
    });
    expect(requests).toHaveLength(1);
  });
});

describe('what an endpoint wants otherwise is learned', () => {
  test('Q20 one that knows no stream_options is asked without, from then on', async () => {
    const { model, requests, events } = await openReplay(['q20-stream-options-400.json', 'q20-plain.sse']);
    expect((await ask(model)).text).toBe('Hello.');
    expect((await ask(model)).text).toBe('Hello.');
    expect(requests.map((request) => 'stream_options' in request)).toEqual([true, false, false]);
    expect(events).toMatchObject([{ type: 'corrected' }]);
  });

  test('a refusal that does not end is a problem', async () => {
    const { model, requests } = await openReplay(['q20-stream-options-400.json'], { maxRetries: 2 });
    expect(problemOf(await ask(model)).message).toContain('stream_options');
    expect(requests).toHaveLength(2);
  });
});

describe('Q25 Q26 a context that is too small', () => {
  const long = [
    { role: 'user' as const, content: 'The council met on Tuesday and agreed on it. '.repeat(1000) },
  ];

  test('A32 Q25 is noticed when the server counts far less than was sent', async () => {
    const { model, events } = await openReplay(['q25-ollama-4096.sse']);
    expect((await ask(model, { messages: long })).text).toBe('I have no tools.');
    await ask(model, { messages: long });
    expect(events, 'once is enough').toMatchObject([{ type: 'warning' }]);
    const [event] = events;
    expect(event?.type === 'warning' && event.text).toMatch(
      /used only 4,084 of about [\d,]+00 tokens.*num_ctx/,
    );
    // What it counts of a short request is all there was.
    const short = await openReplay(['q25-ollama-4096.sse', 'hello.sse']);
    await ask(short.model);
    await ask(short.model);
    expect(short.events).toEqual([]);
  });

  test('Q25 pictures, which many count as less than we do, are not taken for what was left out', async () => {
    const { model, events } = await openReplay(['hello.sse']);
    const picture = { type: 'file' as const, data: 'iVBORw0KGgo=', mediaType: 'image/png' };
    const content = [picture, picture, picture, { type: 'text' as const, text: 'What is this?' }];
    expect((await ask(model, { messages: [{ role: 'user', content }] })).inputTokens).toBeLessThan(1000);
    expect(events).toEqual([]);
  });

  test.for([
    { reply: 'q26-lmstudio-200.json', says: "The server's context is 4,096 tokens" },
    { reply: 'q26-llamacpp-400.json', says: "The server's context is 8,192 tokens" },
    { reply: 'q26-vllm-400.json', says: "The server's context is 8,192 tokens" },
    { reply: 'q26-ollama-n-keep-500.json', says: 'num_ctx' },
    { reply: 'q26-unsloth-400.json', says: "The server's context is 65,536 tokens" },
    { reply: 'q26-anthropic-400.json', says: "The server's context is 200,000 tokens" },
  ])('Q26 $reply', async ({ reply, says }) => {
    const { model, requests } = await openReplay([reply], { maxRetries: 2 });
    const problem = problemOf(await ask(model));
    expect(problem.kind).toBe('context-overflow');
    expect(problem.message).toContain(says);
    expect(requests, 'the same would fail again').toHaveLength(1);
  });

  test('Q26 an empty answer to a long request is taken for one', async () => {
    const { model } = await openReplay(['q26-zero-deltas.sse']);
    const problem = problemOf(await ask(model, { messages: long }));
    expect(problem.kind).toBe('context-overflow');
    expect(problem.message).toContain('raise the context');
  });
});

test.for([
  [401, 'bad key', 'auth', false],
  [402, 'pay first', 'quota', false],
  [408, 'too slow', 'server', true],
  [413, 'too much', 'context-overflow', false],
  [422, 'max_tokens is too large', 'other', false],
  [429, 'too many tokens per minute', 'rate-limit', true],
  [429, '{"error":{"code":"insufficient_quota","message":"pay first"}}', 'quota', false],
  [529, 'overloaded', 'server', true],
] as const)('a %i with %s is of the kind %s', async ([status, text, kind, retryable]) => {
  const { model } = await openReplay([{ body: `text:${text}`, status }]);
  expect(problemOf(await ask(model))).toMatchObject({ kind, retryable, status });
});

test('Q28 a model without tools is said to be one', async () => {
  for (const reply of ['q28-openrouter-404.json', 'q28-ollama-400.json']) {
    const { model } = await openReplay([reply]);
    const problem = problemOf(await ask(model));
    expect(problem).toMatchObject({ kind: 'no-tools', retryable: false });
    expect(problem.message).toContain('Choose a model that can call tools');
    expect(problem.message).not.toContain('base URL');
  }
});

test('Q29 a wrong address names it, the status and what to check', async () => {
  const { model, url } = await openReplay([{ body: 'text:404 page not found', status: 404 }]);
  const problem = problemOf(await ask(model));
  expect(problem.kind).toBe('not-found');
  expect(problem.message).toBe(
    `local (model tester) answered 404 at ${url}/chat/completions: 404 page not found. Check the base URL (most end in /v1) and the model id.`,
  );
});

test('Q30 parallel_tool_calls is sent only where it is set', async () => {
  for (const [settings, sent] of [
    [{}, undefined],
    [{ parallelCalls: false }, false],
    [{ parallelCalls: true }, true],
  ] as const) {
    const { model, requests } = await openReplay(['hello.sse'], { settings });
    await ask(model);
    expect(requests[0]?.parallel_tool_calls).toBe(sent);
  }
});

describe('Q23 A30 silence', () => {
  const patience = { firstByte: 300, nextByte: 100, whole: 60_000 };

  test('in the middle of an answer ends it; what had come is kept', async () => {
    const { model, requests } = await openReplay([{ body: 'q22-cut-text.sse', end: 'stall' }], {
      patience,
      maxRetries: 2,
    });
    const answer = await ask(model);
    expect(answer).toMatchObject({ text: 'Half an ans', ran: [] });
    expect(problemOf(answer)).toMatchObject({ kind: 'stalled', retryable: true });
    expect(requests).toHaveLength(1);
  });

  test('before the first word ends it too', async () => {
    const { model } = await openReplay([{ body: 'text:data', end: 'stall' }], { patience });
    expect(problemOf(await ask(model)).message).toContain('silent');
  });

  test('is no silence while comments come', async () => {
    const [first = '', ...rest] = recording('q22-cut-text.sse').split('\n\n');
    const comments = Array.from({ length: 20 }, () => ': keep-alive');
    const body = `text:${[first, ...comments, ...rest, recording('hello.sse')].join('\n\n')}`;
    // One comment at a time, and all of them take longer than silence may.
    const { model } = await openReplay([{ body, bytes: 14, everyMs: 100 }], {
      patience: { firstByte: 1500, nextByte: 1500, whole: 60_000 },
    });
    expect(await ask(model)).toMatchObject({ text: 'Half an ansHello.', errors: [] });
  });

  test('that is broken by comments alone ends too, in the end', async () => {
    const body = `text:data: {"choices":[]}\n\n${': keep-alive\n\n'.repeat(400)}${recording('hello.sse')}`;
    const { model } = await openReplay([{ body, bytes: 14, everyMs: 20 }], {
      patience: { firstByte: 5000, nextByte: 5000, whole: 400 },
    });
    const problem = problemOf(await ask(model));
    expect(problem).toMatchObject({ kind: 'stalled', retryable: true });
    expect(problem.message).toContain('had not ended after');
  });
});
