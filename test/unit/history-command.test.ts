import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openConversations } from '../../src/host/conversations/file-store.ts';
import type { JournalEntry } from '../../src/host/conversations/journal.ts';
import { answer, at, said, spent, tempFolder, user } from '../host/conversations/fixtures/entries.ts';
import { envWith, program, run } from './fixtures/cli.ts';

/** A data folder with conversations, and their ids. */
async function withConversations(...conversations: JournalEntry[][]) {
  const data = tempFolder();
  const store = openConversations({ folder: join(data, 'directus-assistant') });
  const ids: string[] = [];
  for (const entries of conversations) {
    const { id, journal, close } = await store.create();
    for (const entry of entries) await journal.write(entry);
    await close();
    ids.push(id);
  }
  return { data, store, ids };
}

const newsletter: JournalEntry[] = [
  said(user('Write the newsletter'), answer('Here it is')),
  { ...spent({ cost: 0.05, incomplete: true }), at: at(1) },
];
const hostile: JournalEntry[] = [said(user('Größe 日本語 \u001b[31m red')), spent()];
const short = (id: string | undefined) => id?.slice(-8) ?? '';

describe('A17 history', () => {
  test('lists conversations, the last used first, aligned, and drives no terminal', async () => {
    const { data, ids } = await withConversations(hostile, newsletter);
    const { stdout, status } = run(data, 'history');
    expect(status).toBe(0);
    const [head = '', first = '', second = ''] = stdout.split('\n');
    expect(head).toMatch(/^ID {8}LAST USED {9}MESSAGES {2}TOKENS {6}COST {2}TITLE$/);
    expect(first).toMatch(
      new RegExp(
        `^${short(ids[1])}  2026-11-2. ..:..         2  ~1,200  ~\\$0\\.0500  Write the newsletter$`,
      ),
    );
    expect(second).toMatch(
      new RegExp(`^${short(ids[0])}  .*         1   1,200         -  Größe 日本語 ␛\\[31m red$`),
    );
    const limited = run(data, 'history', '--limit', '1');
    expect(limited.stdout).toContain('1 more: give --limit 2 for all');
    expect(JSON.parse(run(data, 'history', '--json').stdout)).toMatchObject([{ id: ids[1] }, { id: ids[0] }]);
  });

  test('says so when there is nothing', () => {
    const data = tempFolder();
    expect(run(data, 'history').stdout).toBe(
      `There are no conversations yet. They are kept in ${join(data, 'directus-assistant')}.\n`,
    );
    expect(run(data, 'history', '--json').stdout).toBe('[]\n');
  });

  test('search, show and export', async () => {
    const { data, ids } = await withConversations(newsletter, hostile);
    const found = run(data, 'history', 'search', 'newsletter', 'here').stdout.split('\n');
    expect(found[1]).toContain(short(ids[0]));
    expect(found[2]).toBe('          Write the newsletter Here it is');
    expect(JSON.parse(run(data, 'history', 'search', 'NEWSLETTER', '--json').stdout)).toMatchObject([
      { id: ids[0] },
    ]);
    expect(run(data, 'history', 'search', 'nowhere').stdout).toContain('Try fewer.');

    const shown = run(data, 'history', 'show', short(ids[0])).stdout;
    expect(shown).toMatch(/^# Write the newsletter\n[\s\S]*> Here it is\n$/);
    expect(run(data, 'history', 'show', short(ids[1])).stdout).not.toContain('\u001b');
    expect(JSON.parse(run(data, 'history', 'show', short(ids[0]), '--json').stdout)).toMatchObject({
      format: 'directus-assistant conversation',
      id: ids[0],
      items: [{ type: 'message', message: { role: 'user' } }, { type: 'message' }],
      spent: [{ cost: 0.05 }],
    });

    const file = join(data, 'out.md');
    const exported = run(data, 'history', 'export', ids[0] ?? '', '-o', file);
    expect(exported).toMatchObject({ stdout: '', status: 0 });
    expect(readFileSync(file, 'utf8')).toBe(shown);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(run(data, 'history', 'export', ids[0] ?? '', '-o', file)).toEqual({
      stdout: '',
      stderr: `error: ${file} cannot be written (there is such a file already). Give another name with -o.\n`,
      status: 1,
    });
    expect(JSON.parse(run(data, 'history', 'export', ids[0] ?? '', '--format', 'json').stdout).id).toBe(
      ids[0],
    );
  });

  test('rename and remove', async () => {
    const { data, store, ids } = await withConversations(newsletter, hostile);
    const id = short(ids[0]);
    expect(run(data, 'history', 'rename', id, 'In', 'May').stdout).toBe(
      `Conversation ${id} is called "In May" now.\n`,
    );
    expect((await store.list()).map(({ title }) => title)).toContain('In May');
    expect(run(data, 'history', 'rename', id, '  ').stderr).toBe(
      'error: The title is empty. Give a few words.\n',
    );
    expect(run(data, 'history', 'remove', id)).toEqual({
      stdout: '',
      stderr: 'error: Nobody can be asked here. To remove without asking, give --yes.\n',
      status: 1,
    });
    expect(run(data, 'history', 'remove', '--all').stderr).toContain('give --all and --yes');
    expect(run(data, 'history', 'remove').stderr).toContain('Give the ids of conversations');
    expect(await store.list()).toHaveLength(2);
    expect(JSON.parse(run(data, 'history', 'remove', id, '--yes', '--json').stdout)).toEqual({
      removed: [ids[0]],
      failed: [],
    });
    const open = await store.open(ids[1] ?? '');
    const refused = run(data, 'history', 'remove', '--all', '--yes');
    await open.close();
    expect(refused).toMatchObject({ stdout: '0 removed.\n', status: 1 });
    expect(refused.stderr).toContain(`is open in another chat (process ${process.pid})`);
    expect(run(data, 'history', 'remove', '--all', '--yes').stdout).toBe('1 removed.\n');
    expect(await store.list()).toEqual([]);
  });

  test('an id may be shortened as far as only one has it', async () => {
    const { data, ids } = await withConversations(newsletter, hostile);
    const wrong = (text: string) => run(data, 'history', 'show', text);
    expect(wrong((ids[0] ?? '').slice(0, 6)).stderr).toMatch(
      new RegExp(`^error: "\\w+" fits 2 conversations, give more of the id:\n  ${ids[0]}  Write`),
    );
    expect(wrong('abc').stderr).toContain('too short for an id: give at least 4 characters');
    expect(wrong('zzzzzz').stderr).toBe(
      'error: There is no conversation "zzzzzz". `directus-assistant history` lists them.\n',
    );
    const gone = '01890a5d-ac96-774b-bcce-b302099a8057';
    expect(wrong(gone)).toMatchObject({ stderr: `error: There is no conversation ${gone}.\n`, status: 1 });
  });

  const hasScript = spawnSync('script', ['--version']).stdout?.includes('util-linux');
  test('remove asks on a terminal, and only yes is yes', async ({ skip }) => {
    skip(!hasScript, 'the command script of util-linux is not here');
    const { data, store, ids } = await withConversations(newsletter);
    const answering = (words: string) =>
      spawnSync('script', ['-qec', [...program, 'history', 'remove', short(ids[0])].join(' '), '/dev/null'], {
        env: envWith(data),
        encoding: 'utf8',
        input: words,
      }).stdout;
    const asked = answering('\n');
    expect(asked).toContain('Write the newsletter');
    expect(asked).toContain('Remove for good? [y/N]');
    expect(asked).toContain('Nothing was removed.');
    expect(await store.list()).toHaveLength(1);
    expect(answering('yes\n')).toContain('1 removed.');
    expect(await store.list()).toEqual([]);
  });
});
