import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ConversationView } from '../../../src/web/api.ts';
import { startProxy } from '../../live/proxy.ts';
import { bin } from '../../live/server.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { planted } from '../../secrets-planted.ts';
import { begin, conversationOf, readAll, says } from '../../web/fixtures/chat.ts';
import { desk } from '../../web/fixtures/settings.ts';
import { signedIn, startWeb, type Visitor, visit, withModels } from '../../web/fixtures/web.ts';
import { writingModel } from '../fixtures/writing-model.ts';
import { randomFrom } from '../random.ts';
import { KILLS, moment, mustBeTrue, nobodyIsLeft, TIMEOUT_MS, writtenOf } from './murder.ts';

test(
  `pages whose server is killed ${KILLS} times go on: an approved call runs once at most, and what was said stays`,
  async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const model = await writingModel();
    const home = mkdtempSync(join(tmpdir(), 'kill-web-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const env = { DIRECTUS_URL: proxy.url, DIRECTUS_ASSISTANT_KEY: planted.installationKey };
    const start = (settings?: Record<string, unknown>) =>
      startWeb({ program: bin, home, env, ...(settings && { settings }) });
    const random = randomFrom(31);
    const mark = `kill-web-${randomUUID()}`;

    let web = await start(withModels(`${model.url}/v1`));
    let visitor = await signedIn(web.url, { token: sharedDirectus().admin.token });
    for (let kill = 0; kill < KILLS; kill++) {
      const name = `${mark}-${kill}`;
      const { id } = await begin(visitor);
      await conversationOf(visitor, id).hold(says(`write ${name}`));
      const killed = moment(random, { model, proxy }, approve(visitor, id)).then(() => web.kill());
      const saved = await savedUntil(killed, visitor, web.file, kill);
      await nobodyIsLeft(home);

      // Whole, and with the last that was acknowledged.
      const file = JSON.parse(readFileSync(web.file, 'utf8')) as { ai: { systemPrompt?: string } };
      expect(Number(file.ai.systemPrompt ?? 0)).toBeGreaterThanOrEqual(saved);
      web = await start();
      visitor = visit(web.url, visitor.cookie());
      const view = await conversationOf(visitor, id).view();
      expect(JSON.stringify(view.messages)).toContain(`write ${name}`);
      if (view.pending.length === 0) mustBeTrue(toldOfCall(view), await writtenOf(name));
      else {
        // The approval did not arrive: nothing has run, and it can be given now.
        expect(await writtenOf(name)).toBe(0);
        await approve(visitor, id);
        expect(await writtenOf(name)).toBe(1);
      }
    }
    // The next that saves takes away what the killed have left of the settings.
    const { change } = desk(visitor, { file: web.file });
    expect((await change({ 'ai.systemPrompt': 'the last' })).status).toBe(200);
    expect(readdirSync(dirname(web.file)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  },
  TIMEOUT_MS,
);

/** Lets the call that waits run, and hears the answer to its end, or to that of the server. */
async function approve(visitor: Visitor, id: string): Promise<void> {
  const conversation = conversationOf(visitor, id);
  const { pending } = await conversation.view();
  expect(pending).toHaveLength(1);
  const decisions = pending.map(({ approvalId, shown }) => ({ approvalId, shown, decision: 'yes' as const }));
  const gone = () => undefined;
  await conversation.turn({ kind: 'answer', decisions }).catch(gone);
  await readAll(visitor, id).catch(gone);
}

/** Saves settings without a pause until the server is gone. @returns the highest number that was acknowledged */
async function savedUntil(
  gone: Promise<void>,
  visitor: Visitor,
  file: string,
  kill: number,
): Promise<number> {
  const { change } = desk(visitor, { file });
  let over = false;
  void gone.then(() => {
    over = true;
  });
  let saved = 0;
  for (let next = kill * 1_000 + 1; !over; next++) {
    const answer = await change({ 'ai.systemPrompt': String(next) }).catch(() => undefined);
    if (answer?.status === 200) saved = next;
    else expect(answer?.body).toBeUndefined();
  }
  await gone;
  return saved;
}

/** What the page says of the outcome of the call. */
function toldOfCall({ messages }: ConversationView): string | undefined {
  const calls = messages.flatMap(({ parts }) => parts.filter(({ type }) => type === 'dynamic-tool'));
  expect(calls.length).toBeLessThanOrEqual(1);
  return calls[0] && JSON.stringify(calls[0]);
}
