import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openConversations } from '../../../src/host/conversations/file-store.ts';
import { dataFolder } from '../../../src/host/conversations/folder.ts';
import { at, said, tempFolder, user } from './fixtures/entries.ts';
import { made, reopened, storeSuite, write } from './fixtures/store-suite.ts';

const strip = ['--disable-warning=ExperimentalWarning', '--experimental-strip-types'];
const script = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

function setUp() {
  const folder = tempFolder();
  const store = openConversations({ folder });
  const fileOf = (id: string, ...path: string[]) => join(folder, 'conversations', id, ...path);
  return { folder, store, fileOf, journalOf: (id: string) => fileOf(id, 'journal.jsonl') };
}

storeSuite(() => setUp().store);

describe('A17 a conversation', () => {
  test('in which nothing was said leaves nothing behind', async () => {
    const { folder, store } = setUp();
    await (await store.create()).close();
    expect(readdirSync(join(folder, 'conversations'))).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('can be read by its owner alone', async () => {
    const { folder, store, fileOf } = setUp();
    const conversation = await store.create();
    await conversation.journal.write(said(user('Hi')));
    const hash = await conversation.attachments.put(Buffer.from('a'));
    await store.list();
    const { id } = conversation;
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
    for (const path of [join(folder, 'conversations'), fileOf(id), fileOf(id, 'attachments')])
      expect([path, modeOf(path)]).toEqual([path, '700']);
    const files = [fileOf(id, 'journal.jsonl'), fileOf(id, 'lock'), fileOf(id, 'attachments', hash)];
    for (const path of [...files, join(folder, 'conversations', 'index.json')])
      expect([path, modeOf(path)]).toEqual([path, '600']);
    await conversation.close();
  });

  test('with a line that rotted opens with the others and says which it was', async () => {
    const { store, journalOf } = setUp();
    const id = await made(store, said(user('One')), said(user('Two')), said(user('Three')));
    const lines = readFileSync(journalOf(id), 'utf8').split('\n');
    for (const rot of [
      lines[1]?.replace('"said"', '"s\u0000id"'),
      '',
      '{"type":"said","at":"now"}',
      '{"type":"spent","at":"now","spent":{"model":"m","inputTokens":1,"outputTokens":1}}',
      'null',
      '[1]',
    ]) {
      writeFileSync(journalOf(id), lines.with(1, rot ?? '').join('\n'));
      const { recorded, warnings } = await reopened(store, id);
      expect(recorded.messages).toEqual([user('One'), user('Three')]);
      expect(warnings).toEqual([`Line 2 of ${journalOf(id)} cannot be read and was left out.`]);
    }
    expect(await store.exportAs(id, 'markdown')).toContain('1 entry of this conversation could not be read');
  });

  test('of a newer version keeps what this one does not know', async () => {
    const { store, journalOf } = setUp();
    const id = await made(store, said(user('One')));
    const news = `${JSON.stringify({ type: 'liked', at: at(1), what: 1 })}\n`;
    appendFileSync(journalOf(id), news);
    const conversation = await store.open(id);
    expect(conversation.warnings).toEqual([]);
    await write(conversation, said(user('Two')));
    expect(readFileSync(journalOf(id), 'utf8')).toContain(news);
    expect((await reopened(store, id)).recorded.messages).toHaveLength(2);
  });
});

describe('one at a time', () => {
  test('a conversation that is open elsewhere is refused, and may be read', async () => {
    const { store } = setUp();
    const conversation = await store.create();
    await conversation.journal.write(said(user('Hi')));
    const refused = `Conversation ${conversation.id} is open in another chat (process ${process.pid}). Close it there first.`;
    await expect(store.open(conversation.id)).rejects.toThrow(refused);
    await expect(store.rename(conversation.id, 'x')).rejects.toThrow(refused);
    await expect(store.remove(conversation.id)).rejects.toThrow(refused);
    expect(await store.list()).toHaveLength(1);
    expect(await store.exportAs(conversation.id, 'json')).toContain('Hi');
    await conversation.close();
    await store.rename(conversation.id, 'free');
  });

  test('of another process, until that is killed', async () => {
    const { folder, store } = setUp();
    const child = spawn(process.execPath, [...strip, script('writer.ts'), folder, '', '0', 'small']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const id = (await lines.next()).value?.replace('id ', '') ?? '';
    await lines.next();
    await expect(store.open(id)).rejects.toThrow(`(process ${child.pid})`);
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
    expect((await reopened(store, id)).recorded.messages.length).toBeGreaterThan(0);
  });

  test('who lost it to another chat cannot write any more', async () => {
    const { store, fileOf } = setUp();
    const first = await store.create();
    await first.journal.write(said(user('One')));
    const old = new Date(Date.now() - 3_600_000);
    // As after an hour of sleep, in which the lock was not touched.
    await writeFile(
      fileOf(first.id, 'lock'),
      JSON.stringify({ id: 'x', pid: process.pid, host: hostname() }),
    );
    utimesSync(fileOf(first.id, 'lock'), old, old);
    const second = await store.open(first.id);
    await expect(first.journal.write(said(user('Lost')))).rejects.toThrow('opened in another chat');
    await first.close();
    await write(second, said(user('Two')));
    expect((await reopened(store, first.id)).recorded.messages).toEqual([user('One'), user('Two')]);
  });
});

test.skipIf(process.platform === 'win32')(
  'what a full disk cuts off is not in the journal, and what fits is',
  async () => {
    const { folder, store } = setUp();
    const command = `ulimit -f 16; exec "$0" "$@"`;
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', command, process.execPath, ...strip, script('full-disk.ts'), folder],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const [id = '', ...told] = stdout.trim().split('\n');
    expect(told).toEqual(['small written', 'large refused EFBIG', 'small written']);
    const { recorded, warnings } = await reopened(store, id);
    expect(warnings).toEqual([]);
    expect(recorded.messages).toEqual([user('small'), user('small')]);
  },
);

describe('A17 the list', () => {
  test('reads a journal only when it has changed, and does without its index', async () => {
    const { folder, store, journalOf } = setUp();
    const id = await made(store, said(user('Before')));
    await made(store, said(user('Other')));
    const before = await store.list();
    // Other words of the same length, at the same time: who read them would show them.
    const { atime, mtime } = statSync(journalOf(id));
    const words = readFileSync(journalOf(id), 'utf8');
    utimesSync(journalOf(id), atime, mtime);
    const known = await store.list();
    expect(known).toEqual(before);
    writeFileSync(journalOf(id), words.replace('Before', 'Beyond'));
    utimesSync(journalOf(id), atime, mtime);
    expect(await store.list()).toEqual(known);

    const index = join(folder, 'conversations', 'index.json');
    for (const broken of ['', '{"version":1,"conversations":{"x":1}}', '{"version":9}', 'null']) {
      writeFileSync(index, broken);
      expect((await store.list()).map(({ title }) => title).sort()).toEqual(['Beyond', 'Other']);
    }
    await write(await store.open(id), { type: 'titled', at: at(1), title: 'Named' });
    expect((await store.list()).map(({ title }) => title).sort()).toEqual(['Named', 'Other']);
  });

  test('is empty where there is nothing, and makes no folder', async () => {
    const { folder, store } = setUp();
    expect(await store.list()).toEqual([]);
    expect(await store.search('word')).toEqual([]);
    expect(existsSync(join(folder, 'conversations'))).toBe(false);
  });
});

describe('what is not there', () => {
  test('is refused by name, and nothing else is touched', async () => {
    const { folder, store } = setUp();
    const id = await made(store, said(user('Hi')));
    await mkdir(join(folder, 'precious'));
    for (const wrong of [
      '01890a5d-ac96-774b-bcce-b302099a8057',
      '../precious',
      '',
      '.',
      `${id}/../../precious`,
    ]) {
      const refused = `There is no conversation ${wrong}.`;
      await expect(store.open(wrong)).rejects.toThrow(refused);
      await expect(store.rename(wrong, 'x')).rejects.toThrow(refused);
      await expect(store.remove(wrong)).rejects.toThrow(refused);
      await expect(store.exportAs(wrong, 'json')).rejects.toThrow(refused);
    }
    expect(existsSync(join(folder, 'precious'))).toBe(true);
    expect(await store.list()).toHaveLength(1);
  });

  test('a removed conversation is gone with its attachments', async () => {
    const { store, fileOf } = setUp();
    const conversation = await store.create();
    await conversation.attachments.put(Buffer.from('a'));
    await write(conversation, said(user('Hi')));
    await store.remove(conversation.id);
    expect(existsSync(fileOf(conversation.id))).toBe(false);
    expect(await store.list()).toEqual([]);
  });

  test('a folder that cannot be used is one clear error', async () => {
    const folder = join(tempFolder(), 'file');
    writeFileSync(folder, '');
    await expect(openConversations({ folder }).create()).rejects.toThrow(
      /^The conversations in .*file.conversations cannot be read or written \(ENOTDIR\)\. Something that is no folder/,
    );
  });
});

describe('attachments', () => {
  test('are kept once, and come back as they were or not at all', async () => {
    const { store, fileOf } = setUp();
    const { id, attachments, close } = await store.create();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
    const hash = await attachments.put(bytes);
    expect(await attachments.put(bytes)).toBe(hash);
    expect(readdirSync(fileOf(id, 'attachments'))).toEqual([hash]);
    expect(Buffer.compare(await attachments.get(hash), bytes)).toBe(0);
    writeFileSync(fileOf(id, 'attachments', hash), bytes.slice(1));
    await expect(attachments.get(hash)).rejects.toThrow('is damaged. Attach the file again.');
    // Half a file, as after a crash of the machine, is written anew.
    await attachments.put(bytes);
    expect((await attachments.get(hash)).length).toBe(bytes.length);
    await expect(attachments.get('0'.repeat(64))).rejects.toThrow('is gone. Attach the file again.');
    await expect(attachments.get('../journal.jsonl')).rejects.toThrow('not the name of an attachment');
    await close();
  });
});

test.for([
  { platform: 'linux', env: { XDG_DATA_HOME: '/data' }, folder: /^\/data.directus-assistant$/ },
  { platform: 'linux', env: {}, folder: /\.local.share.directus-assistant$/ },
  { platform: 'darwin', env: {}, folder: /Library.Application Support.directus-assistant$/ },
  { platform: 'win32', env: { LOCALAPPDATA: 'C:/Local' }, folder: /^C:.Local.directus-assistant$/ },
] as const)('the data folder on $platform ends as $folder', ({ platform, env, folder }) => {
  expect(dataFolder(env, platform)).toMatch(folder);
});
