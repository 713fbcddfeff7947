import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { bin } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

type Ready = { url: string; admin: { token: string }; demo: { baseUrl: string; model: string } };

const MINUTE = 60_000;

/** `directus-assistant sandbox`, as a person starts it in a terminal of its own. */
async function sandbox(...flags: string[]): Promise<string> {
  const child = spawn(process.execPath, [bin, 'sandbox', '--directus', sharedDirectus().version, ...flags]);
  onTestFinished(async () => {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  });
  let printed = '';
  for await (const line of createInterface({ input: child.stdout })) {
    printed += `${line}\n`;
    if (line.startsWith('{') || line.includes('Ctrl+C')) return printed;
  }
  throw new Error(`The sandbox ended: ${printed}`);
}

/** Where a chat runs of whose settings and history nothing but this counts. */
async function folder(): Promise<{ cwd: string; env: NodeJS.ProcessEnv }> {
  const cwd = await mkdtemp(join(tmpdir(), 'sandbox-chat-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const home = {
    HOME: cwd,
    XDG_CONFIG_HOME: cwd,
    XDG_DATA_HOME: cwd,
    XDG_STATE_HOME: cwd,
    XDG_CACHE_HOME: cwd,
  };
  return { cwd, env: { PATH: process.env.PATH, ...home } };
}

test(
  'a chat with its demo model is a process of its own: killed, it leaves Directus and the model behind',
  async () => {
    const { url, admin, demo }: Ready = JSON.parse(await sandbox('--json'));
    const { cwd, env } = await folder();
    const model = ['--base-url', demo.baseUrl, '--model', demo.model];
    const job = [
      'chat',
      ...model,
      '--approve',
      'all',
      '-p',
      'write a new summary for each of the newest 40 articles',
    ];
    const own = { ...env, DIRECTUS_URL: url, DIRECTUS_TOKEN: admin.token };
    const chat = spawn(process.execPath, [bin, ...job], {
      cwd,
      env: own,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exit = once(chat, 'exit');
    let told = '';
    chat.stderr.on('data', (chunk) => {
      told += chunk;
      if (told.split('items.update').length > 5) chat.kill('SIGKILL');
    });
    const [, signal] = await exit;
    expect(signal, told).toBe('SIGKILL');

    const count = ['chat', ...model, '-p', 'count articles'];
    const { stdout } = await promisify(execFile)(process.execPath, [bin, ...count], { cwd, env: own });
    expect(stdout).toContain('**40**');
  },
  2 * MINUTE,
);

test(
  'the command line it prints for people is one that works',
  async () => {
    const printed = await sandbox();
    const line = printed.split('\n').find((each) => each.includes('DIRECTUS_URL=')) ?? '';
    const [, url, token, rest = ''] =
      /DIRECTUS_URL=(\S+) DIRECTUS_TOKEN=(\S+) directus-assistant (.*)$/.exec(line) ?? [];
    const { cwd, env } = await folder();
    const args = [bin, ...rest.split(' '), '-p', 'count articles'];
    const own = { ...env, DIRECTUS_URL: url, DIRECTUS_TOKEN: token };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env: own });
    expect(stdout).toContain('**40**');
  },
  2 * MINUTE,
);
