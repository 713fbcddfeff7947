import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mockModels } from '../../host/fixtures/setup.ts';
import { freshArticle, rest } from '../../live/helpers.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { type Program, programAt } from '../fixtures/program.ts';
import { places, sizeLimit } from './places.ts';

const LONG = 'A long answer. '.repeat(2_000);

async function models() {
  const mock = await mockModels();
  mock.onMessage('hello', { content: 'Hello to you.' });
  mock.onMessage('long', { content: LONG });
  return mock;
}

const listed = async (program: Program) =>
  JSON.parse((await program.run(['history', '--json'])).out) as { id: string; title: string }[];

/** Everything under a folder, but for what makes it full. */
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'filler')
    .toSorted();

describe('a history that cannot be kept', () => {
  const all = places(() => {}).map(({ name }) => name);

  test.for(all)(
    '%s: the chat answers all the same, and says so',
    { timeout: 60_000 },
    async (name, { skip }) => {
      const mock = await models();
      const program = programAt(mock.url);
      const kept = join(program.data, 'directus-assistant/conversations');
      expect((await program.run(['chat', '-p', 'hello'])).code).toBe(0);
      const before = filesIn(kept);
      const place = places(() => {}).find((one) => one.name === name);
      // A disk of its own begins empty.
      const conversations = name.includes('disk') ? undefined : await listed(program);
      const opened = place?.shut?.(kept) ?? (() => {});
      if (typeof opened === 'string' || !place) return skip(`${name}: ${opened}`);
      onTestFinished(opened);

      const how = place.before ? { before: place.before } : {};
      const { code, out, err } = await program.run(['chat', '-p', 'hello'], how);
      expect(out).toBe('Hello to you.\n');
      expect(code).toBe(0);
      expect(err).toMatch(/^This conversation is not kept: .*directus-assistant.*\(E\w+\)/m);
      expect(err).toMatch(place.remedy);
      // What was used goes into another folder, which only the size of files concerns.
      expect(err.includes('What was used cannot be written down (EFBIG)')).toBe(place.before !== undefined);
      expect(err.trim().split('\n').length, err).toBeLessThanOrEqual(3);
      if (conversations) {
        expect(filesIn(kept).filter((file) => !file.endsWith('index.json'))).toEqual(
          before.filter((file) => !file.endsWith('index.json')),
        );
        expect(await listed(program)).toEqual(conversations);
        const refused = await program.run(['chat', '-p', 'hello', '--continue'], how);
        // The folder of one that is there already may still be written.
        expect(refused.code).toBe(place.before ? 2 : 0);
        if (place.before) expect(refused.err).toMatch(place.remedy);
        if (place.before) expect(refused.err.trim().split('\n')).toHaveLength(1);
      }
    },
  );
});

describe('a disk that becomes full in the middle of a conversation', () => {
  test('the answer comes, it is said, and what is kept is whole', async () => {
    const program = programAt((await models()).url);
    const { code, out, err } = await program.run(['chat', '-p', 'long'], { before: sizeLimit(16) });
    expect(out.trim()).toBe(LONG.trim());
    expect(code).toBe(0);
    expect(err).toMatch(/^This conversation is not kept at present, .*\(EFBIG\)/m);
    const [conversation] = await listed(program);
    expect(conversation?.title).toBe('long');
    const shown = await program.run(['history', 'show', conversation?.id ?? '', '--json']);
    expect(JSON.stringify(JSON.parse(shown.out))).toContain('long');
    expect((await program.run(['chat', '-p', 'hello', '--continue'])).out).toBe('Hello to you.\n');
  });

  test('a change whose record has no room is not made, and that is told', async () => {
    const { id, title } = await freshArticle();
    const mock = await mockModels();
    const change = { action: 'update', collection: 'articles', keys: [id], data: { title: 'Changed' } };
    mock.on(
      { userMessage: 'change', hasToolResult: false },
      { content: LONG, toolCalls: [{ id: 'c1', name: 'items', arguments: change }] },
    );
    mock.on({ userMessage: 'change', hasToolResult: true }, { content: 'Done.' });
    const program = programAt(mock.url);
    const { code, err } = await program.run(['chat', '-p', 'change', '--approve', 'all'], {
      before: sizeLimit(16),
    });
    expect(code).toBe(4);
    expect(err).toMatch(/^This conversation is not kept at present, .*\(EFBIG\)/m);
    expect(err).toContain('Error: No change was made');
    expect(JSON.stringify(mock.getLastRequest()?.body)).toContain(
      'cannot be written down (EFBIG), so nothing',
    );
    const { data } = await rest(sharedDirectus().admin.token)('GET', `/items/articles/${id}?fields=title`);
    expect(data).toEqual({ title });
    const [conversation] = await listed(program);
    const journal = join(program.data, 'directus-assistant/conversations', conversation?.id ?? '');
    expect(readFileSync(join(journal, 'journal.jsonl'), 'utf8')).not.toContain('"state":"running"');
  });
});
