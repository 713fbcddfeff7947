import { utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { mockModels } from '../../host/fixtures/setup.ts';
import { heldModel } from '../../web/fixtures/chat.ts';
import { type Program, programAt } from '../fixtures/program.ts';
import { DAY_MS, soon, wrongClock } from './clock.ts';

type Listed = { id: string; title: string; updatedAt: string };

const listed = async (program: Program) =>
  JSON.parse((await program.run(['history', '--json'])).out) as Listed[];

async function answering() {
  const mock = await mockModels();
  mock.onMessage(/./, { content: 'Yes.' });
  return mock;
}

test('a conversation that is open is not taken from its chat where the clock jumps', async () => {
  const model = await heldModel('It begins', ' and ends.');
  const program = programAt(model.baseUrl.replace('/v1', ''));
  const clock = wrongClock();
  const first = program.start(['chat', '-p', 'hold'], clock);
  await soon(() => expect(model.seen.requests).toBe(1));
  const [conversation] = await listed(program);
  for (const days of [1, -1]) {
    const late = wrongClock();
    late.jumpTo(days);
    const words = ['chat', '-p', 'mine now', '--resume', conversation?.id ?? ''];
    const { code, err } = await program.run(words, late);
    expect(err).toContain('is open in another chat');
    expect(code).toBe(2);
  }
  clock.jumpTo(1);
  model.goOn();
  expect(await first.ended).toMatchObject({ code: 0, out: 'It begins and ends.\n' });
  const shown = await program.run(['history', 'show', conversation?.id ?? '']);
  expect(shown.out).toContain('It begins and ends.');
}, 60_000);

test.for([1, -1])(
  'a lock from %i days away whose holder is gone is not held for ever',
  { timeout: 60_000 },
  async (days) => {
    const mock = await answering();
    const program = programAt(mock.url);
    await program.run(['chat', '-p', 'hello']);
    const [conversation] = await listed(program);
    const folder = `${program.data}/directus-assistant/conversations/${conversation?.id}`;
    const then = new Date(Date.now() + days * DAY_MS);
    for (const lock of [`${folder}/lock`, `${program.file}.lock`]) {
      // Its process id belongs to somebody else by now: to this very process.
      const words = lock.startsWith(folder) ? { id: 'x', pid: process.pid, host: hostname() } : undefined;
      writeFileSync(lock, words ? JSON.stringify(words) : '');
      utimesSync(lock, then, then);
    }
    expect((await program.run(['chat', '-p', 'again', '--continue'])).out).toBe('Yes.\n');
    expect((await program.run(['tools', 'disable', 'items.delete'])).code).toBe(0);
  },
);

test('conversations of days that were none are all there, in the order of the clock, and are found', async () => {
  const mock = await answering();
  const program = programAt(mock.url);
  const clock = wrongClock();
  for (const days of [0, 1, -1]) {
    clock.jumpTo(days);
    const { code, out } = await program.run(['chat', '-p', `said at ${days}`], clock);
    expect(out).toBe('Yes.\n');
    expect(code).toBe(0);
  }
  const all = await listed(program);
  expect(all.map(({ title }) => title)).toEqual(['said at 1', 'said at 0', 'said at -1']);
  const now = all.find(({ title }) => title === 'said at 0');
  // Said in it now, after the future.
  await program.run(['chat', '-p', 'once more', '--resume', now?.id ?? '']);
  const { out } = await program.run(['history', 'show', now?.id ?? '', '--json']);
  expect(out.indexOf('said at 0')).toBeLessThan(out.indexOf('once more'));
  const usage = JSON.parse((await program.run(['usage', '--json'])).out) as {
    rows: { key: string; requests: number }[];
    total: { requests: number };
  };
  expect(usage.total.requests).toBe(4);
  expect(usage.rows.map(({ requests }) => requests)).toEqual([1, 2, 1]);
});

test.for([1, -1])(
  'a conversation goes on in its order where the clock jumps by %i days in it',
  async (days) => {
    const model = await heldModel('It begins', ' and ends.');
    const program = programAt(model.baseUrl.replace('/v1', ''));
    const clock = wrongClock();
    const chat = program.start(['chat', '-p', 'first'], clock);
    await soon(() => expect(model.seen.requests).toBe(1));
    clock.jumpTo(days);
    model.goOn();
    expect(await chat.ended).toMatchObject({ code: 0, out: 'It begins and ends.\n' });
    const [conversation] = await listed(program);
    await program.run(['chat', '-p', 'second', '--resume', conversation?.id ?? '']);
    const { out } = await program.run(['history', 'show', conversation?.id ?? '']);
    const places = ['first', 'It begins and ends.', 'second'].map((words) => out.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  },
);
