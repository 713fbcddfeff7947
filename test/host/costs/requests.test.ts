import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { openLedger } from '../../../src/host/costs/ledger.ts';
import { createMeter, type Meter, type Planned } from '../../../src/host/costs/meter.ts';
import { type ChatEvent, type ChatModel, createChat, openModel } from '../../../src/host/index.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import { tempFolder } from '../conversations/fixtures/entries.ts';
import { compatible, connect, openLocal, read } from '../fixtures/setup.ts';
import { type Reply, replay } from '../quirks/replay-server.ts';

const usage = (promptTokens: number) =>
  `text:data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"Hello."}}]}\n\ndata: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":${promptTokens},"completion_tokens":2}}\n\ndata: [DONE]\n\n`;

/** A meter, and what it was asked about. */
function watched(folder: string, budget: Settings['ai']['budget'] = {}) {
  const meter = createMeter({ ledger: openLedger({ folder }), budget });
  const plans: Planned[] = [];
  const seen: Meter = {
    ...meter,
    refusal(plan, warn) {
      plans.push(plan);
      return meter.refusal(plan, warn);
    },
  };
  return { meter: seen, plans };
}

type Chatting = { meter?: Meter; model?: Record<string, unknown>; known?: Partial<ChatModel> };

/** @param known of the model, whatever the settings say */
async function chatting(reply: Reply, { meter, model: settings = {}, known = {} }: Chatting) {
  const { url, requests } = await replay(reply);
  const events: ChatEvent[] = [];
  const model = { ...(await openLocal(url, settings)), ...known };
  const servers = await connect();
  const onEvent = (event: ChatEvent) => events.push(event);
  return { chat: createChat({ model, servers, meter, maxRetries: 0, onEvent }), events, requests };
}

describe('what a request may use is planned', () => {
  test('at the price of all of it written to a cache, where that costs more', async () => {
    const { meter, plans } = watched(tempFolder());
    const price = { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 6 };
    const { chat } = await chatting(usage(10), { meter, model: { price, maxOutput: 1000 } });
    await read(chat.send('hello'));
    const [plan] = plans;
    expect(plan?.cost).toBeCloseTo(((plan?.inputTokens ?? 0) * 6 + 1000 * 15) / 1_000_000, 9);
    const cheap = watched(tempFolder());
    const { chat: other } = await chatting(usage(10), {
      meter: cheap.meter,
      model: { price: { ...price, cacheWrite: 1 }, maxOutput: 1000 },
    });
    await read(other.send('hello'));
    expect(cheap.plans[0]?.cost).toBeCloseTo(((plan?.inputTokens ?? 0) * 3 + 1000 * 15) / 1_000_000, 9);
  });

  test('by the count of the provider, when that is higher than ours', async () => {
    const { meter, plans } = watched(tempFolder());
    const { chat } = await chatting(usage(100_000), { meter });
    await read(chat.send('hello'));
    await read(chat.send('hello'));
    const [first, second] = plans.map(({ inputTokens }) => inputTokens);
    expect(second).toBeGreaterThan((first ?? 0) * 2);
  });
});

describe('the length of an answer', () => {
  const known = { contextWindow: 40_000, maxOutput: undefined };

  test('is sent as it was planned where a budget is set, at most a quarter of the window', async () => {
    const { meter, plans } = watched(tempFolder(), { dayTokens: 1_000_000 });
    const { chat, requests } = await chatting(usage(10), { meter, known });
    await read(chat.send('hello'));
    expect(plans[0]?.maxOutput).toBe(10_000);
    expect(requests[0]?.max_tokens).toBe(10_000);
    const large = await chatting(usage(10), { meter, known: { maxOutput: undefined } });
    await read(large.chat.send('hello'));
    expect(large.requests[0]?.max_tokens).toBe(16_000);
  });

  test('is left to the endpoint where no budget and no limit is set', async () => {
    const { meter } = watched(tempFolder());
    const { chat, requests } = await chatting(usage(10), { meter, known });
    await read(chat.send('hello'));
    expect(requests).toHaveLength(1);
    expect(requests[0]).not.toHaveProperty('max_tokens');
  });
});

describe('a request that is stopped before its first word', () => {
  test('counts with what was sent, estimated, and no longer as under way', async () => {
    const folder = tempFolder();
    const { meter } = watched(folder, { dayTokens: 40_000 });
    const silent = { body: 'text:data', end: 'stall' } as const;
    const { chat, requests } = await chatting(silent, { meter, model: { maxOutput: 20_000 } });
    const stop = new AbortController();
    const reading = read(chat.send('hello', { signal: stop.signal }));
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    stop.abort();
    expect((await reading).end).toMatchObject({ state: 'stopped', usage: { incomplete: true } });
    expect(chat.usage.inputTokens).toBeGreaterThan(50);
    await vi.waitFor(async () => {
      const entries = await openLedger({ folder }).entries();
      expect(entries).toMatchObject([{ outputTokens: 0, incomplete: true }]);
    });
    const plan = { conversation: 'other', inputTokens: 100, maxOutput: 20_000, cost: undefined };
    expect(await meter.refusal(plan, () => {})).toBeUndefined();
  });

  test('counts with nothing when it was never made', async () => {
    const folder = tempFolder();
    const { meter } = watched(folder);
    const { chat, requests } = await chatting(usage(10), { meter });
    await read(chat.send('hello', { signal: AbortSignal.abort() }));
    expect(requests).toEqual([]);
    expect(chat.usage.inputTokens).toBe(0);
  });
});

test('a ledger that cannot be written is said once, and takes no answer away', async () => {
  const folder = join(tempFolder(), 'taken');
  writeFileSync(folder, 'a file in its place');
  const { meter } = watched(folder);
  const slow: typeof meter = {
    ...meter,
    async record(spent) {
      await wait(50);
      return meter.record(spent);
    },
  };
  const { chat, events } = await chatting(usage(10), { meter: slow });
  expect((await read(chat.send('hello'))).end).toMatchObject({ state: 'done', text: 'Hello.' });
  const told = { type: 'warning', text: expect.stringContaining('cannot be written down') };
  // Whoever has the end of a turn may end the process, or show nothing more of it.
  expect(events).toMatchObject([told]);
  await read(chat.send('hello'));
  expect(events).toMatchObject([told]);
});

test('what one model could not hold does not shorten what another is sent', async () => {
  const { chat, events } = await chatting('q26-vllm-400.json', {});
  expect((await read(chat.send('word '.repeat(3000)))).end).toMatchObject({ kind: 'context-overflow' });
  const { url } = await replay(usage(10));
  chat.useModel(await openModel(compatible(url, { id: 'large' }), 'local/large'));
  expect((await read(chat.send('and now'))).end.state).toBe('done');
  expect(events.map(({ type }) => type)).not.toContain('summarising');
});
