import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { ConversationView } from '../../../src/web/api.ts';
import { rest } from '../../live/helpers.ts';
import { bin } from '../../live/server.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { begin, type Conversation, readAll, says } from '../../web/fixtures/chat.ts';
import { signedIn, startWeb, type Visitor, withModels } from '../../web/fixtures/web.ts';
import { writingModel } from '../fixtures/writing-model.ts';
import { probe } from './probe.ts';
import { soak, TIMEOUT_MS } from './soak.ts';

const CLIENTS = 4;

const { admin, editor } = sharedDirectus();
const PATHS = ['/models', '/prompts', '/conversations', '/settings', '/usage', '/session', '/collections'];

test('pages that have been used for long hold no more than those that have just warmed up', {
  timeout: TIMEOUT_MS,
}, async () => {
  const model = await writingModel();
  const look = probe();
  const web = await startWeb({
    program: bin,
    node: look.node,
    env: look.env,
    settings: withModels(`${model.url}/v1`),
  });
  const visitors = [
    await signedIn(web.url, { token: admin.token }),
    await signedIn(web.url, { email: editor.email, password: editor.password }),
  ];
  const mark = `soak-${randomUUID()}`;
  onTestFinished(() => removeArticles(mark));

  async function round(chance: number, nth: number): Promise<void> {
    const visitor = visitors[nth % 5 === 0 ? 1 : 0] as Visitor;
    if (nth % 3 === 0) return converse(visitor, `${mark}-${nth}`, chance < 0.5 ? 'yes' : 'no');
    if (nth % 3 === 1) return listen(visitor);
    if (nth % 40 === 2) return comeAndGo(web.url);
    const path = PATHS[nth % PATHS.length] ?? '';
    expect([200, 403]).toContain((await visitor.ask('GET', path)).status);
    expect((await visitor.ask('GET', '/conversations/none')).status).toBe(404);
    await (await visitor.fetch('/')).text();
  }

  await soak('web', CLIENTS, round, () => look.read(web.pid));
  expect(web.log()).not.toMatch(/\\n\s+at |failed inside|Unhandled/);
});

/** A conversation from its beginning to its removal; the model wants to write something in it. */
async function converse(visitor: Visitor, name: string, decision: 'yes' | 'no'): Promise<void> {
  const conversation = await begin(visitor);
  await conversation.hold(says('hello'));
  await conversation.hold(says(`write ${name}`));
  await answer(visitor, conversation, decision);
  expect((await visitor.ask('DELETE', conversation.path)).status).toBe(204);
}

async function answer(visitor: Visitor, { id, view, turn }: Conversation, decision: 'yes' | 'no') {
  const { pending } = await view();
  expect(pending).toHaveLength(1);
  const decisions = pending.map(({ approvalId, shown }) => ({ approvalId, shown, decision }));
  expect((await turn({ kind: 'answer', decisions })).status).toBe(200);
  await readAll(visitor, id);
  const after: ConversationView = await view();
  expect(after.pending).toEqual([]);
}

/** A window that is opened and closed. */
async function listen(visitor: Visitor): Promise<void> {
  const closed = new AbortController();
  const events = await visitor.fetch('/api/events', { signal: closed.signal });
  expect(events.status).toBe(200);
  closed.abort();
}

async function comeAndGo(url: string): Promise<void> {
  const visitor = await signedIn(url, { email: editor.email, password: editor.password });
  expect((await visitor.ask('DELETE', '/session')).status).toBe(204);
}

async function removeArticles(mark: string): Promise<void> {
  const query = { filter: { title: { _starts_with: mark } }, limit: -1 };
  await rest(admin.token)('DELETE', '/items/articles', { query });
}
