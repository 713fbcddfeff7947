import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bin } from '../../live/server.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { FULL } from '../length.ts';
import { INSIDE, mutated } from './mutate.ts';

const ROUNDS = FULL ? 40 : 4;
const { url: directus, admin } = sharedDirectus();

/** The pages' server from its build, on a free port. */
async function startPages() {
  const home = await mkdtemp(join(tmpdir(), 'raw-web-'));
  const file = join(home, 'directus-assistant.json');
  await writeFile(file, '{}');
  const env = {
    PATH: process.env.PATH ?? '',
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    DIRECTUS_URL: directus,
  };
  const child = spawn(process.execPath, [bin, 'web', '--port', '0', '--config', file], { cwd: home, env });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
    await rm(home, { recursive: true, force: true });
  });
  let log = '';
  const listening = Promise.withResolvers<string>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    const [, found] = /The assistant is at (http:\S+)\/\n/.exec(log) ?? [];
    if (found) listening.resolve(found);
  });
  gone.then(([code]) => listening.reject(new Error(`It left with ${code}: ${log}`)));
  return { url: await listening.promise, child, log: () => log };
}

const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/octet-stream',
  'text/html',
];

test('whatever body comes to the API of the pages, the answer is plain JSON and the next good request works', async () => {
  const { url, child, log } = await startPages();
  let cookie = '';
  const send = (path: string, body: Uint8Array<ArrayBuffer> | string, type = 'application/json') =>
    fetch(`${url}/api${path}`, {
      method: 'POST',
      headers: { origin: url, cookie, 'content-type': type },
      body,
    });
  const [set = ''] = (await send('/session', JSON.stringify({ token: admin.token }))).headers.getSetCookie();
  cookie = set.split(';')[0] ?? '';
  expect(cookie).not.toBe('');
  const made = async () => {
    const answer = await send('/conversations', '{}');
    const { id } = (await answer.json()) as { id?: unknown };
    expect([answer.status, typeof id]).toEqual([201, 'string']);
    return `${id}`;
  };
  const conversation = await made();
  const paths = ['/conversations', `/conversations/${conversation}/turn`, '/nowhere'];
  const messages = [{ text: 'hello', model: 'none/at-all' }, { title: 'Ünïcode' }];
  let sent = 0;
  for (const { name, bytes } of mutated(messages, ROUNDS)) {
    const path = paths[sent % paths.length] ?? '';
    const type = TYPES[sent % TYPES.length] ?? '';
    const answer = await send(path, new Uint8Array(bytes), type);
    const text = await answer.text();
    const said = `${name} as ${type} to ${path} -> ${answer.status} ${text.slice(0, 300)}`;
    expect(answer.status, said).toBeLessThan(500);
    expect(text, said).not.toMatch(INSIDE);
    expect(text, said).not.toContain(admin.token);
    if (text) expect(() => JSON.parse(text), said).not.toThrow();
    sent += 1;
    if (sent % 20 === 0) await made();
  }
  await made();
  expect(child.exitCode).toBe(null);
  expect(log()).not.toMatch(/\n\s+at |Unhandled|TypeError/);
  expect(log()).not.toContain(admin.token);
}, 300_000);
