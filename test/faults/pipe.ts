import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Answer, bin, type Row, takeApart, writeSettings } from '../live/server.ts';
import { sharedDirectus } from '../live/shared-directus.ts';

/** A server at the end of a pipe, without an SDK in between: a hundred thousand calls should cost the server's time. */
export type Pipe = {
  call(tool: string, args: Row): Promise<Answer>;
  /** The names of the tools that are offered. */
  toolNames(): Promise<string[]>;
  /** Writes the settings file. */
  settings(settings: Row): Promise<void>;
  /** How often it has told that the list of tools changed. */
  listChanges(): number;
  process: ChildProcess;
  stderr(): string;
  close(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
};

/** No call takes longer; one that does, hangs. */
const CALL_TIMEOUT_MS = 30_000;

/**
 * @param url the address of Directus, or of what stands before it
 * @param token of the user to act as
 */
export async function openPipe(
  settings: Row,
  url = sharedDirectus().url,
  token = sharedDirectus().admin.token,
): Promise<Pipe> {
  const folder = await mkdtemp(join(tmpdir(), 'directus-assistant-pipe-'));
  await writeSettings(folder, settings);
  const env = {
    PATH: process.env.PATH ?? '',
    XDG_CONFIG_HOME: folder,
    DIRECTUS_URL: url,
    DIRECTUS_TOKEN: token,
  };
  const child = spawn(process.execPath, [bin, 'mcp'], { cwd: folder, env });
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
  });
  let listChanges = 0;
  type Reply = { id?: number; method?: string; result?: unknown; error?: { message: string } };
  const waiting = new Map<number, (reply: Reply) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply = JSON.parse(line) as Reply;
    if (reply.method === 'notifications/tools/list_changed') listChanges += 1;
    waiting.get(reply.id ?? -1)?.(reply);
    waiting.delete(reply.id ?? -1);
  });
  child.stdin.on('error', () => {});
  child.once('exit', (code) => {
    for (const tell of waiting.values()) tell({ error: { message: `the server left with ${code}` } });
  });
  let last = 0;
  const ask = (method: string, params: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      last += 1;
      const timer = setTimeout(() => reject(new Error('no answer')), CALL_TIMEOUT_MS);
      waiting.set(last, ({ result, error }) => {
        clearTimeout(timer);
        if (error) reject(new Error(error.message));
        else resolve(result);
      });
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: last, method, params })}\n`);
    });
  await ask('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'pipe', version: '1' },
  });
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  const leave = async (how: () => void) => {
    const left = once(child, 'exit');
    how();
    await left;
    await rm(folder, { recursive: true, force: true });
  };
  return {
    process: child,
    stderr: () => written,
    async toolNames() {
      const { tools } = (await ask('tools/list', {})) as { tools: { name: string }[] };
      return tools.map(({ name }) => name);
    },
    settings: (next) => writeSettings(folder, next),
    listChanges: () => listChanges,
    call: async (name, args) => takeApart((await ask('tools/call', { name, arguments: args })) as never),
    close: () => leave(() => child.stdin.end()),
    kill: () => leave(() => child.kill('SIGKILL')),
  };
}
