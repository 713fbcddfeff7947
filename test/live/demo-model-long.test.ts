import type { ModelMessage } from 'ai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Chat,
  connectServers,
  createChat,
  quickModel,
  type Servers,
  type TurnEnd,
} from '../../src/host/index.ts';
import { type DemoModel, startDemoModel } from '../../src/sandbox/demo-model.ts';
import { type OwnDirectus, ownDirectus } from './own-directus.ts';
import { bin } from './server.ts';

const MINUTE = 60_000;
const JOB = 'write a new summary for each of the newest 40 articles';

let directus: OwnDirectus;
let demo: DemoModel;
let servers: Servers;
beforeAll(async () => {
  [directus, demo] = await Promise.all([ownDirectus(), startDemoModel()]);
  const env = { DIRECTUS_URL: directus.url, DIRECTUS_TOKEN: directus.token };
  const args = [bin, 'mcp', '--allow-deletes'];
  servers = await connectServers([{ name: 'directus', command: process.execPath, args, env }]);
}, MINUTE);
afterAll(async () => {
  await servers?.close();
  await Promise.all([demo?.stop(), directus?.stop()]);
});

/** A chat with the demo model, which goes on with what was said before. */
const chatting = async (messages: ModelMessage[] = []): Promise<Chat> => {
  const model = await quickModel({ baseUrl: demo.baseUrl, model: demo.model });
  const at = new Date().toISOString();
  const past = { id: 'past', title: undefined, createdAt: at, updatedAt: at, model: undefined, messages };
  const recorded = { ...past, calls: [], ended: undefined, summaries: [], spent: [] };
  return createChat({ model, servers, conversation: { recorded } });
};

/** Says something, says yes to whatever is asked, and presses stop at the call of that number. */
async function say(chat: Chat, text: string, stopAt = Number.POSITIVE_INFINITY): Promise<TurnEnd> {
  const stop = new AbortController();
  let calls = 0;
  for (let turn = chat.send(text, stop); ; ) {
    for await (const { type } of turn.stream) {
      if (type !== 'tool-call') continue;
      calls += 1;
      if (calls === stopAt) stop.abort();
    }
    const end = await turn.end;
    if (end.state !== 'approval') return end;
    turn = chat.answer(
      end.pending.map(({ approvalId }) => ({ approvalId, decision: 'always' })),
      stop,
    );
  }
}

const content = () => directus.rows('articles', 'articles_tags', 'articles_blocks', 'articles_translations');
const title = async (id: number) => (await directus.rest('GET', `/items/articles/${id}?fields=title`)).title;

test(
  'A16 A23 a job of forty changes is stopped, gone on with, cut off, gone on with by another chat, and undone',
  async () => {
    const before = await content();
    const changed = async () => {
      const { articles = [] } = await content();
      return articles.filter(({ summary }, at) => summary !== before.articles?.[at]?.summary).length;
    };
    const first = await chatting();
    expect((await say(first, JOB, 12)).state).toBe('stopped');
    expect(await changed()).toBeGreaterThan(5);
    expect((await say(first, 'go on', 10)).state).toBe('stopped');
    expect(await changed()).toBeLessThan(30);

    // As it is found when the process was killed: the last call has no result.
    const cut = first.messages.slice(
      0,
      first.messages.findLastIndex(({ role }) => role === 'tool'),
    );
    const second = await chatting(cut);
    const end = await say(second, 'go on');
    expect(end).toMatchObject({ state: 'done', text: expect.stringContaining('40 written') });
    expect(await changed()).toBe(40);
    const calls = JSON.stringify(second.messages).match(/"action":"update"/g);
    expect(calls?.length).toBeLessThan(44);

    const undone = await say(second, 'undo what you did');
    expect(undone.text).toMatch(/Taken back: (4\d) of \1 changes/);
    expect(await content()).toEqual(before);
  },
  2 * MINUTE,
);

test(
  'A14 A23 several deletes in one answer, and everything since a time taken back',
  async () => {
    const before = await content();
    const since = new Date().toISOString();
    const chat = await chatting();
    expect((await say(chat, 'delete the five oldest drafts')).text).toContain('Deleted 5 of 5 items');
    expect((await content()).articles).toHaveLength(35);
    expect((await say(chat, `undo everything since ${since}`)).text).toContain('Taken back: 5 of 5 changes');
    expect(await content()).toEqual(before);
  },
  MINUTE,
);

test(
  'A23 what somebody else has changed since stays and is named; what is older is taken back all the same',
  async () => {
    const was = await Promise.all([3, 9, 11].map(title));
    const [chat, other] = [await chatting(), await chatting()];
    for (const id of [3, 9, 11]) await say(chat, `change the title of article ${id} to "Another ${id}"`);
    await say(other, 'change the title of article 4 to "In another conversation"');
    await directus.rest('PATCH', '/items/articles/9', { title: 'Edited by a person' });

    const { text } = await say(chat, 'undo what you did');
    expect(text).toContain('Taken back: 2 of 3 changes');
    expect(text).toMatch(/\(updated articles 9\) stays\.\s+> .*changed since: title/);
    expect(await Promise.all([3, 9, 11].map(title))).toEqual([was[0], 'Edited by a person', was[2]]);
    expect(await title(4)).toBe('In another conversation');
    expect((await say(chat, 'undo what you did')).text).toContain('Taken back: 0 of 1 change');
  },
  MINUTE,
);
