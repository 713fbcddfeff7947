import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { FULL } from '../length.ts';
import { openPipe } from '../pipe.ts';
import { INSIDE, MESSAGES, mutated } from './mutate.ts';

const ROUNDS = FULL ? 40 : 4;
const READ = { action: 'read', collection: 'articles', query: { limit: 1, fields: ['title'] } };

async function residentBytes(pid = 0): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

test('whatever bytes come on stdin, the server answers in messages and the next good call works', async () => {
  const pipe = await openPipe({});
  onTestFinished(() => pipe.close());
  const { stdin, stdout, pid } = pipe.process;
  if (!stdin || !stdout) throw new Error('There is no pipe.');
  const said: string[] = [];
  createInterface({ input: stdout }).on('line', (line) => said.push(line));
  await pipe.call('items', READ);
  const before = await residentBytes(pid);
  let sent = 0;
  for (const { name, bytes } of mutated(MESSAGES, ROUNDS)) {
    stdin.write(bytes);
    stdin.write('\n');
    sent += 1;
    if (sent % 40 > 0) continue;
    const { isError, text } = await pipe.call('items', READ);
    expect([name, isError, text.includes('title')]).toEqual([name, false, true]);
  }
  expect(pipe.process.exitCode).toBe(null);
  expect((await residentBytes(pid)) - before).toBeLessThan(200_000_000);
  expect(said.length, 'more than the good calls were answered').toBeGreaterThan(sent / 40);
  for (const line of said) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  const all = said.filter((line) => line.includes('"error"')).join('\n') + pipe.stderr();
  expect(all).not.toMatch(INSIDE);
  expect(all).not.toContain(sharedDirectus().admin.token);
}, 300_000);

test('a message that comes byte by byte is one message', async () => {
  const pipe = await openPipe({});
  onTestFinished(() => pipe.close());
  const line = Buffer.from(`${JSON.stringify({ ...MESSAGES[0], id: 'ünï' })}\n`);
  const { stdin, stdout } = pipe.process;
  if (!stdin || !stdout) throw new Error('There is no pipe.');
  const answered = new Promise<string>((resolve) => {
    createInterface({ input: stdout }).on('line', resolve);
  });
  for (const byte of line) await new Promise((written) => stdin.write(Buffer.from([byte]), written));
  expect(JSON.parse(await answered)).toMatchObject({ jsonrpc: '2.0', id: 'ünï', result: {} });
}, 30_000);
