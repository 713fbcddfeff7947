import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { FULL } from '../length.ts';
import { openPipe, type Pipe } from '../pipe.ts';
import { type Due, due, tally } from './due.ts';
import { INSIDE, MESSAGES, mutated } from './mutate.ts';

const ROUNDS = FULL ? 40 : 4;
const READ = { action: 'read', collection: 'articles', query: { limit: 1, fields: ['title'] } };

async function residentBytes(pid = 0): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

let pipe: Pipe;
let stdin: Writable;
/** What the server says in one test. */
let said: string[];

beforeAll(async () => {
  pipe = await openPipe({});
  if (!pipe.process.stdin || !pipe.process.stdout) throw new Error('There is no pipe.');
  stdin = pipe.process.stdin;
  createInterface({ input: pipe.process.stdout }).on('line', (line) => said.push(line));
});
beforeEach(() => {
  said = [];
});
afterAll(() => pipe?.close());

/**
 * What was answered to others than `pipe.call`, whose ids are numbers.
 * @param dues a good request is answered whether it is done or refused for what it asks
 */
function answered(dues: readonly Due[]): Due[] {
  const good = new Set(dues.filter(({ code }) => code === undefined).map(({ id }) => id));
  return said.flatMap((line): Due[] => {
    const { id, error } = JSON.parse(line);
    if (id === undefined || typeof id === 'number') return [];
    return [{ id, code: good.has(id) ? undefined : error?.code }];
  });
}

/** Each that is due was answered once, and nothing else was answered. */
async function expectAnswers(dues: readonly Due[]): Promise<void> {
  const enough = () => expect(answered(dues).length).toBeGreaterThanOrEqual(dues.length);
  await vi.waitFor(enough, { timeout: 20_000, interval: 50 });
  // Whatever would be answered once more has come when the next call is answered.
  await pipe.call('items', READ);
  expect(tally(answered(dues))).toEqual(tally(dues));
}

test('whatever bytes come on stdin, each line that asks for something is answered once, and good calls work', async () => {
  await pipe.call('items', READ);
  const before = await residentBytes(pipe.process.pid);
  const dues: Due[] = [];
  let sent = 0;
  for (const { name, bytes } of mutated(MESSAGES, ROUNDS)) {
    stdin.write(bytes);
    stdin.write('\n');
    dues.push(
      ...bytes
        .toString()
        .split('\n')
        .flatMap((line) => due(line) ?? []),
    );
    sent += 1;
    if (sent % 40 > 0) continue;
    const { isError, text } = await pipe.call('items', READ);
    expect([name, isError, text.includes('title')]).toEqual([name, false, true]);
  }
  expect(new Set(dues.map(({ code }) => code))).toEqual(new Set([undefined, -32700, -32600]));
  await expectAnswers(dues);
  expect(pipe.process.exitCode).toBe(null);
  expect((await residentBytes(pipe.process.pid)) - before).toBeLessThan(200_000_000);
  for (const line of said) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  const all = said.filter((line) => line.includes('"error"')).join('\n') + pipe.stderr();
  expect(all).not.toMatch(INSIDE);
  expect(all).not.toContain(sharedDirectus().admin.token);
}, 300_000);

/** Lines, and what is due to each. */
const LINES: [string, Due[]][] = [
  ['{"jsonrpc":"2.0","id":"x"}', [{ id: 'x', code: -32600 }]],
  ['{"jsonrpc":"2.0","id":"x","method":5}', [{ id: 'x', code: -32600 }]],
  ['{"jsonrpc":"2.0","id":"x","method":"ping","extra":1}', [{ id: 'x', code: -32600 }]],
  ['{"jsonrpc":"1.0","id":"x","method":"ping"}', [{ id: 'x', code: -32600 }]],
  ['{"id":"x","method":"ping"}', [{ id: 'x', code: -32600 }]],
  ['{"jsonrpc":"2.0","id":"x","method":"ping","params":[]}', [{ id: 'x', code: -32602 }]],
  ['{"jsonrpc":"2.0","id":"x","method":"ping","params":7}', [{ id: 'x', code: -32602 }]],
  ['{"jsonrpc":"2.0","id":"x","method":"ping","params":null}', [{ id: 'x', code: -32602 }]],
  [
    '{"jsonrpc":"2.0","id":"x","method":"ping","params":{"_meta":{"progressToken":{}}}}',
    [{ id: 'x', code: -32602 }],
  ],
  ['{"jsonrpc":"2.0","id":null,"method":"ping"}', [{ id: null, code: -32600 }]],
  ['{"jsonrpc":"2.0","id":{},"method":"ping"}', [{ id: null, code: -32600 }]],
  ['{}', [{ id: null, code: -32600 }]],
  ['[]', [{ id: null, code: -32600 }]],
  ['5', [{ id: null, code: -32600 }]],
  ['{"jsonrpc":', [{ id: null, code: -32700 }]],
  ['hello', [{ id: null, code: -32700 }]],
  [
    '[{"jsonrpc":"2.0","id":"x","method":"ping"},{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","id":"y","method":"ping"}]',
    [
      { id: 'x', code: -32600 },
      { id: 'y', code: -32600 },
    ],
  ],
  [`"${'x'.repeat(33_000_000)}"`, [{ id: null, code: -32600 }]],
  ['', []],
  ['  \r', []],
  ['{"jsonrpc":"2.0","id":"x","result":{}}', []],
  ['{"jsonrpc":"2.0","id":"x","result":7}', []],
  ['{"id":"x","error":"none"}', []],
  ['{"jsonrpc":"2.0","id":"x","method":"ping","result":{}}', []],
  ['{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}', []],
  ['{"method":"notifications/initialized"}', []],
  ['{"jsonrpc":"2.0","id":"x","method":"ping"}\r', [{ id: 'x', code: undefined }]],
];

test.for(LINES.map(([line, dues]) => ({ line, dues, named: line.slice(0, 100) })))(
  '$named is answered as it is due',
  async ({ line, dues }) => {
    stdin.write(`${line}\n`);
    await expectAnswers(dues);
  },
);

test('a message that comes byte by byte is one message', async () => {
  const line = Buffer.from(`${JSON.stringify({ ...MESSAGES[0], id: 'ünï' })}\n`);
  for (const byte of line) await new Promise((written) => stdin.write(Buffer.from([byte]), written));
  await vi.waitFor(() => expect(said).toHaveLength(1), { timeout: 20_000 });
  expect(JSON.parse(said[0] ?? '')).toMatchObject({ jsonrpc: '2.0', id: 'ünï', result: {} });
}, 30_000);

test('a server whose answers nobody reads any more ends, though its stdin stays open', async () => {
  const other = await openPipe({});
  onTestFinished(() => void other.process.kill('SIGKILL'));
  const left = once(other.process, 'exit');
  other.process.stdout?.destroy();
  const asking = setInterval(() => other.process.stdin?.write(`${JSON.stringify(MESSAGES[0])}\n`), 50);
  onTestFinished(() => clearInterval(asking));
  expect(await left).toEqual([0, null]);
}, 30_000);
