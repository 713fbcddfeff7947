import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { isStepCount, type ModelMessage, streamText, type ToolResultPart, type ToolSet } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoModel, startDemoModel } from '../../src/sandbox/demo-model.ts';
import { newsroom } from './demo-model-newsroom.ts';

const JOB = 'write a new summary for each of the newest 12 articles';
const RUNNING = 'The person stopped it. The call was running: it may or may not have taken effect.';
const NOT_RUN = 'The person stopped it. The call was not run.';

let demo: DemoModel;
beforeAll(async () => {
  demo = await startDemoModel();
});
afterAll(() => demo.stop());

type Row = Record<string, unknown>;
type How = {
  /** Requests to the model at most. */
  steps?: number;
  /** Calls that the person says no to. */
  deny?: (input: Row) => boolean;
  /** One call at a time. */
  serial?: boolean;
};

/** Lets the model go on from the history, and adds what comes of it. */
async function goOn(
  messages: ModelMessage[],
  tools: ToolSet,
  { steps = 30, ...how }: How = {},
): Promise<string> {
  const result = streamText({
    model: createOpenAICompatible({ name: 'demo', baseURL: demo.baseUrl })('demo'),
    messages,
    tools,
    stopWhen: isStepCount(steps),
    toolApproval: ({ toolCall }) =>
      how.deny?.(toolCall.input as Row)
        ? { type: 'denied', reason: 'The person denied this call.' }
        : undefined,
    providerOptions: { demo: how.serial ? { parallel_tool_calls: false } : {} },
  });
  await result.consumeStream();
  messages.push(...(await result.responseMessages));
  return result.text;
}

const say = (messages: ModelMessage[], request: string, tools: ToolSet, how?: How): Promise<string> => {
  messages.push({ role: 'user', content: request });
  return goOn(messages, tools, how);
};

/** Puts another output in the place of the last one, as a host does with a call that was stopped or refused. */
function lastBecomes(messages: ModelMessage[], output: ToolResultPart['output']): void {
  const part = messages.at(-1)?.content.at(-1);
  if (typeof part !== 'object' || part.type !== 'tool-result')
    throw new Error('The last message is no result.');
  part.output = output;
}

const summaryOf = (id: unknown) => `Article ${id} tells of ${id} boats in the harbour.`;
const updates = (calls: { input: Record<string, unknown> }[]) =>
  calls.flatMap(({ input }) => (input.action === 'update' ? [input.keys] : []));

describe('a long job', () => {
  test('A16 is one change a step, with a word now and then and a table in the end, all right', async () => {
    const { tools, articles, calls } = newsroom({ articles: 12 });
    const messages: ModelMessage[] = [];
    const text = await say(messages, JOB, tools);
    expect(updates(calls)).toEqual(articles.map(({ id }) => [id]).toReversed());
    for (const { id, summary } of articles) expect(summary).toBe(summaryOf(id));
    expect(text).toContain('12 written');
    expect(text).toContain(`| 12 | Article 12 | ${summaryOf(12)} |`);
    const between = JSON.stringify(messages.slice(0, -1));
    expect(between).toContain('I write the `summary` of 12 items');
    expect(between).toContain('10 of 12 are done.');
    expect(between.match(/"tool-call"/g)).toHaveLength(calls.length);
  });

  test('leaves alone what is right already', async () => {
    const { tools, articles, calls } = newsroom({ articles: 12 });
    for (const row of articles.slice(0, 9)) row.summary = summaryOf(row.id);
    expect(await say([], JOB, tools)).toContain('3 written, 9 right already');
    expect(updates(calls)).toEqual([[12], [11], [10]]);
  });

  test('says what does not read back as it was written', async () => {
    const { tools, articles } = newsroom({ articles: 12 });
    const stubborn = articles[4];
    if (stubborn)
      Object.defineProperty(stubborn, 'summary', {
        get: () => 'As it was.',
        set: () => {},
        enumerable: true,
      });
    expect(await say([], JOB, tools)).toContain('do not read back as they were written: 5.');
  });

  // 7 requests: two for the schema, one for the items, four changes.
  test.each(['go on', 'Please continue.', undefined])(
    'A16 a call that was stopped while it ran is looked at, and the rest is done: %s',
    async (words) => {
      const { tools, articles, calls } = newsroom({ articles: 12 });
      const messages: ModelMessage[] = [];
      await say(messages, JOB, tools, { steps: 7 });
      expect(updates(calls)).toEqual([[12], [11], [10], [9]]);
      lastBecomes(messages, { type: 'error-text', value: RUNNING });
      calls.length = 0;
      const text = words ? await say(messages, words, tools) : await goOn(messages, tools);
      expect(calls[0]?.input).toMatchObject({ action: 'read', query: { filter: { id: { _eq: 9 } } } });
      // It had taken effect.
      expect(updates(calls)).toEqual([8, 7, 6, 5, 4, 3, 2, 1].map((id) => [id]));
      expect(text).toContain('12 written');
      for (const { id, summary } of articles) expect(summary).toBe(summaryOf(id));
    },
  );

  test('A16 one that was stopped and has not taken effect is made again', async () => {
    for (const [value, looks] of [
      [RUNNING, 1],
      [NOT_RUN, 0],
    ] as const) {
      const { tools, articles, calls } = newsroom({ articles: 12 });
      const messages: ModelMessage[] = [];
      await say(messages, JOB, tools, { steps: 7 });
      lastBecomes(messages, { type: 'error-text', value });
      const [ninth] = articles.filter(({ id }) => id === 9);
      if (ninth) ninth.summary = null;
      calls.length = 0;
      expect(await say(messages, 'go on', tools)).toContain('12 written');
      expect(updates(calls)[0]).toEqual([9]);
      expect(calls.findIndex(({ input }) => input.action === 'update')).toBe(looks);
      expect(articles.map(({ summary }) => summary)).not.toContain(null);
    }
  });

  test('A16 a history that was cut in the middle of a call is gone on with, twice', async () => {
    const { tools, articles, calls } = newsroom({ articles: 12 });
    let messages: ModelMessage[] = [];
    await say(messages, JOB, tools, { steps: 5 });
    const value =
      'The conversation was cut off here: this call may or may not have taken effect. Look first.';
    lastBecomes(messages, { type: 'error-text', value });
    await say(messages, 'go on', tools, { steps: 4 });
    messages = structuredClone(messages);
    lastBecomes(messages, { type: 'error-text', value });
    expect(await say(messages, 'go on', tools)).toContain('12 written');
    for (const { id, summary } of articles) expect(summary).toBe(summaryOf(id));
    // Each once, since all had taken effect.
    expect(updates(calls)).toHaveLength(12);
  });

  test('a denied change is left out, and the others are done when the person says so', async () => {
    const { tools, articles, calls } = newsroom({ articles: 12 });
    const messages: ModelMessage[] = [];
    await say(messages, JOB, tools, { steps: 7 });
    lastBecomes(messages, {
      type: 'execution-denied',
      reason: 'The person denied this call. Do not try it again.',
    });
    const ninth = articles.find(({ id }) => id === 9);
    if (ninth) ninth.summary = null;
    expect(await goOn(messages, tools)).toMatch(/not approved[\s\S]*3 of 12 were done before it/);
    calls.length = 0;
    expect(await say(messages, 'go on', tools)).toContain('11 written, 1 not approved');
    expect(updates(calls)).not.toContainEqual([9]);
    expect(ninth?.summary).toBeNull();
    expect(await say(messages, 'go on', tools)).toContain('nothing left to go on with');
  });

  test('a failed change is told, and made again when the person says so', async () => {
    const { tools, articles } = newsroom({ articles: 12 });
    const messages: ModelMessage[] = [];
    await say(messages, JOB, tools, { steps: 7 });
    lastBecomes(messages, { type: 'error-text', value: 'Directus cannot be reached at http://localhost:1.' });
    const told = await goOn(messages, tools);
    expect(told).toContain('> Directus cannot be reached');
    expect(told).toContain('Say `go on` and I try again.');
    expect(await say(messages, 'go on', tools)).toContain('12 written');
    expect(articles.map(({ summary }) => summary)).not.toContain(null);
  });

  test('an answer that was stopped while it was told is told again, not taken for the end', async () => {
    const { tools, calls } = newsroom({ articles: 12 });
    const messages: ModelMessage[] = [];
    const whole = await say(messages, JOB, tools);
    messages.splice(-1, 1, { role: 'assistant', content: whole.slice(0, 20) });
    calls.length = 0;
    expect(await say(messages, 'go on', tools)).toBe(whole);
    expect(calls).toEqual([]);
  });
});

describe('other requests that were stopped', () => {
  test('a change is looked at before it is made again', async () => {
    const { tools, articles, calls } = newsroom();
    const messages: ModelMessage[] = [];
    await say(messages, 'change the status of article 2 to published', tools, { steps: 4 });
    lastBecomes(messages, { type: 'error-text', value: RUNNING });
    expect(await say(messages, 'go on', tools)).toContain('from `draft` to `published`');
    expect(updates(calls)).toHaveLength(1);
    expect(articles[1]?.status).toBe('published');
  });

  test('what may have been created is not created twice without a word of the person', async () => {
    const { tools, articles } = newsroom();
    const messages: ModelMessage[] = [];
    await say(messages, 'create an article titled "Night trains return"', tools, { steps: 3 });
    lastBecomes(messages, { type: 'error-text', value: RUNNING });
    expect(await say(messages, 'go on', tools)).toContain('may have taken effect. Look before');
    expect(articles).toHaveLength(4);
    await say(messages, 'go on', tools);
    expect(articles).toHaveLength(5);
  });

  test('a read is simply made again', async () => {
    const { tools } = newsroom();
    const messages: ModelMessage[] = [];
    await say(messages, 'count articles', tools, { steps: 3 });
    lastBecomes(messages, { type: 'error-text', value: RUNNING });
    expect(await goOn(messages, tools)).toContain('**3**');
  });

  test('to go on where there is nothing', async () => {
    const { tools, calls } = newsroom();
    const messages: ModelMessage[] = [];
    expect(await say(messages, 'go on', tools)).toContain('nothing to go on with yet');
    await say(messages, 'count articles', tools);
    calls.length = 0;
    expect(await say(messages, 'go on', tools)).toContain('nothing left to go on with');
    expect(calls).toEqual([]);
  });
});

describe('deletes side by side', () => {
  const drafts = () => {
    const room = newsroom({ articles: 6 });
    for (const row of room.articles) row.status = 'draft';
    return room;
  };
  const deletes = (message: ModelMessage | undefined) =>
    Array.isArray(message?.content) ? message.content.filter(({ type }) => type === 'tool-call').length : 0;

  test('A14 five are asked for in one answer, and read back', async () => {
    const { tools, articles } = drafts();
    const messages: ModelMessage[] = [];
    const text = await say(messages, 'delete the five oldest drafts', tools);
    expect(messages.map(deletes)).toContain(5);
    expect(articles.map(({ id }) => id)).toEqual([6]);
    expect(text).toContain('Deleted 5 of 5 items');
  });

  test('A14 two that were denied are told, and not tried again', async () => {
    const { tools, articles, calls } = drafts();
    const messages: ModelMessage[] = [];
    const deny = (input: Row) => input.action === 'delete' && String(input.keys).match(/[24]/) !== null;
    const text = await say(messages, 'delete the five oldest draft articles', tools, { deny });
    expect(articles.map(({ id }) => id)).toEqual([2, 4, 6]);
    expect(text).toContain('Deleted 3 of 5 items');
    expect(text).toContain('| 2 | Article 2 | not approved, still there |');
    expect(await say(messages, 'go on', tools)).toContain('nothing left');
    expect(calls.filter(({ input }) => input.action === 'delete')).toHaveLength(3);
  });

  test('A14 what was stopped is looked at, and only what is left is deleted', async () => {
    const { tools, articles, calls } = drafts();
    const messages: ModelMessage[] = [];
    await say(messages, 'delete the five oldest drafts', tools, { steps: 4 });
    const fifth = { ...articles[0], id: 5, status: 'draft' };
    lastBecomes(messages, { type: 'error-text', value: NOT_RUN });
    articles.unshift(fifth);
    calls.length = 0;
    expect(await say(messages, 'go on', tools)).toContain('Deleted 5 of 5 items');
    expect(calls.map(({ input }) => [input.action, input.keys])).toEqual([
      ['read', undefined],
      ['delete', [5]],
      ['read', undefined],
    ]);
  });

  test('A14 what cannot be deleted is told in the words of the tool, without end', async () => {
    const { tools, articles } = drafts();
    const stays = articles[0];
    articles.splice = (...args: [number, number]) =>
      args[0] === 0 ? [] : Array.prototype.splice.apply(articles, args);
    const text = await say([], 'delete the five oldest drafts', tools);
    expect(text).toContain('1 of 5 are still there');
    expect(articles).toContain(stays);
  });

  test('a model that may make one call at a time makes one at a time', async () => {
    const { tools, articles } = drafts();
    const messages: ModelMessage[] = [];
    const text = await say(messages, 'delete the five oldest drafts', tools, { serial: true });
    expect(Math.max(...messages.map(deletes))).toBe(1);
    expect(articles).toHaveLength(1);
    expect(text).toContain('Deleted 5 of 5 items');
  });
});
