import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { mockModels } from '../../host/fixtures/setup.ts';
import { bin } from '../../live/server.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import {
  begin,
  type Chunk,
  conversationOf,
  heldModel,
  readStream,
  says,
  textIn,
} from '../../web/fixtures/chat.ts';
import { desk } from '../../web/fixtures/settings.ts';
import { signedIn, startWeb, visit, withModels } from '../../web/fixtures/web.ts';
import { places, sizeLimit } from './places.ts';

const noticesIn = (chunks: readonly Chunk[]) =>
  chunks.filter(({ type }) => type === 'data-notice').map((chunk) => JSON.stringify(chunk));

async function settingsWithModel() {
  const mock = await mockModels();
  mock.onMessage(/./, { content: 'Hello to you.' });
  return { mock, settings: withModels(`${mock.url}/v1`) };
}

const asAdmin = { token: sharedDirectus().admin.token };

test('pages whose server can write nothing answer all the same, and say what is not kept', {
  timeout: 90_000,
}, async () => {
  const { mock, settings } = await settingsWithModel();
  const web = await startWeb({ program: bin, before: sizeLimit(0), settings });
  const visitor = await signedIn(web.url, asAdmin);
  const { change, view, inFile } = desk(visitor, web);
  const before = await inFile();
  const { status, body } = await change({ readOnly: true });
  expect(status).toBe(500);
  expect(body.error?.message).toMatch(/cannot be written \(EFBIG\), so nothing was changed\. .*ulimit -f/);
  expect(await inFile()).toBe(before);
  expect((await view()).settings.readOnly?.value).toBe(false);

  const conversation = await begin(visitor);
  expect((await conversation.view()).warnings).toEqual([
    expect.stringMatching(/^This conversation is not kept: .*EFBIG/),
  ]);
  const chunks = await conversation.hold(says('hello'));
  expect(textIn(chunks)).toBe('Hello to you.');
  expect(noticesIn(chunks).join()).toMatch(/What was used cannot be written down \(EFBIG\)/);
  const more = await conversation.hold(says('once more'));
  expect(textIn(more)).toBe('Hello to you.');
  expect(noticesIn(more).join()).not.toContain('written down');
  expect(JSON.stringify(mock.getLastRequest()?.body)).toMatch(/hello.*once more/s);
  expect(web.log()).not.toMatch(/\\n\s+at |unforeseen/);
});

test('of an answer that is stopped, it is said as well that what it used is not written down', {
  timeout: 90_000,
}, async () => {
  const { baseUrl, goOn } = await heldModel('It begins', ' and goes on.');
  const web = await startWeb({ program: bin, before: sizeLimit(0), settings: withModels(baseUrl) });
  const visitor = await signedIn(web.url, asAdmin);
  const conversation = await begin(visitor);
  await conversation.turn(says('hello'));
  const chunks: Chunk[] = [];
  for await (const chunk of readStream(visitor, conversation.id)) {
    chunks.push(chunk);
    if (textIn(chunks) === 'It begins' && chunk.type === 'text-delta')
      await visitor.ask('POST', `${conversation.path}/stop`);
  }
  goOn();
  chunks.push(...(await conversation.hold(says('once more'))));
  const told = noticesIn(chunks).filter((notice) => notice.includes('What was used cannot be written down'));
  expect(told).toHaveLength(1);
});

test('a conversation in which the disk became full goes on, and is kept again when there is room', {
  timeout: 90_000,
}, async ({ skip }) => {
  const { settings } = await settingsWithModel();
  const home = mkdtempSync(join(tmpdir(), 'full-web-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const kept = join(home, 'directus-assistant');
  mkdirSync(kept);
  const full = places(() => {}).find(({ name }) => name === 'a full disk');
  const free = full?.shut?.(kept) ?? 'there is no such place';
  if (typeof free === 'string') return skip(free);
  onTestFinished(free);
  rmSync(join(kept, 'filler'));

  const options = { program: bin, home };
  const web = await startWeb({ ...options, settings });
  const visitor = await signedIn(web.url, asAdmin);
  const { id } = await begin(visitor);
  const conversation = conversationOf(visitor, id);
  await conversation.hold(says('said before'));
  fill(kept);
  const chunks = await conversation.hold(says('x'.repeat(20_000)));
  expect(textIn(chunks)).toBe('Hello to you.');
  expect(noticesIn(chunks).join()).toMatch(/not kept at present.*ENOSPC/);
  rmSync(join(kept, 'filler'));
  await conversation.hold(says('said after'));
  await web.kill();

  const next = await startWeb(options);
  const view = await conversationOf(visit(next.url, visitor.cookie()), id).view();
  expect(view.warnings).toEqual([]);
  const said = JSON.stringify(view.messages);
  for (const words of ['said before', 'x'.repeat(20_000), 'said after']) expect(said).toContain(words);
  expect(said.match(/Hello to you/g)).toHaveLength(3);
  expect(readFileSync(web.file, 'utf8')).toBe(JSON.stringify(settings));
});

function fill(folder: string): void {
  try {
    writeFileSync(join(folder, 'filler'), Buffer.alloc(1024 * 1024));
  } catch {
    // Now it is full.
  }
}
