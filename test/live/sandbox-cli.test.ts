import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { sharedDirectus } from './shared-directus.ts';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

type Ready = { url: string; version: string; pid: number; admin: { token: string } };

/** `directus-assistant sandbox`, as built, started the way a program does: pipes on all three streams. */
function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [bin, 'sandbox', '--directus', sharedDirectus().version, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function ready(child: ChildProcess): Promise<Ready> {
  if (!child.stdout) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error('ended without a line');
}

const isRunning = (pid: number) =>
  existsSync(`/proc/${pid}`) || (process.platform !== 'linux' && answersSignal(pid));

function answersSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const answers = async (url: string) =>
  (await fetch(`${url}/server/ping`).catch(() => undefined))?.ok ?? false;

/** Waits for something that another process is about to do. */
const eventually = (check: () => unknown) => expect.poll(check, { timeout: 15_000, interval: 50 }).toBe(true);

test('prints one JSON line when ready, and SIGTERM leaves nothing behind', async () => {
  const child = start('--json');
  const { url, pid, admin } = await ready(child);
  const me = await fetch(`${url}/users/me`, { headers: { authorization: `Bearer ${admin.token}` } });
  expect(me.status).toBe(200);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(isRunning(pid)).toBe(false);
  expect(await answers(url)).toBe(false);
});

test('ends when the program that started it closes its pipe', async () => {
  const child = start('--json');
  const { pid } = await ready(child);
  child.stdin?.end();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(isRunning(pid)).toBe(false);
});

test('killed without mercy, it takes Directus with it', async () => {
  const child = start('--json');
  const { pid } = await ready(child);
  expect(isRunning(pid)).toBe(true);
  child.kill('SIGKILL');
  await eventually(() => !isRunning(pid));
});

test('a port in use is one line on stderr and exit code 1', async () => {
  const { port } = new URL(sharedDirectus().url);
  const child = start('--port', port);
  let errors = '';
  let printed = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout?.on('data', (chunk) => {
    printed += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(printed).toBe('');
  expect(errors.trim().split('\n')).toEqual([expect.stringContaining(`Port ${port} is already in use`)]);
});
