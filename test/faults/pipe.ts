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
  /** Calls, and takes it back at once: no answer is waited for. */
  callAndCancel(tool: string, args: Row): void;
  /** Calls, and counts what is told of its progress. */
  callWithProgress(tool: string, args: Row): Promise<{ answer: Answer; told: number }>;
  process: ChildProcess;
  stderr(): string;
  close(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
};

/** No call takes longer; one that does, hangs. */
const CALL_TIMEOUT_MS = 30_000;

export type PipeOptions = {
  /** Of the user to act as; the admin's if left out. */
  token?: string;
  /** Options of Node. */
  node?: string[];
  env?: Record<string, string>;
};

/** @param url the address of Directus, or of what stands before it */
export async function openPipe(
  settings: Row,
  url = sharedDirectus().url,
  { token = sharedDirectus().admin.token, node = [], env: more = {} }: PipeOptions = {},
): Promise<Pipe> {
  const folder = await mkdtemp(join(tmpdir(), 'directus-assistant-pipe-'));
  await writeSettings(folder, settings);
  const env = {
    PATH: process.env.PATH ?? '',
    XDG_CONFIG_HOME: folder,
    DIRECTUS_URL: url,
    DIRECTUS_TOKEN: token,
    ...more,
  };
  const child = spawn(process.execPath, [...node, bin, 'mcp'], { cwd: folder, env });
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
  });
  let listChanges = 0;
  type Reply = {
    id?: number;
    method?: string;
    result?: unknown;
    error?: { message: string };
    params?: { progressToken?: number };
  };
  const told = new Map<number, number>();
  const waiting = new Map<number, (reply: Reply) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply = JSON.parse(line) as Reply;
    if (reply.method === 'notifications/tools/list_changed') listChanges += 1;
    const progress = reply.params?.progressToken;
    if (progress !== undefined && told.has(progress)) told.set(progress, (told.get(progress) ?? 0) + 1);
    waiting.get(reply.id ?? -1)?.(reply);
    waiting.delete(reply.id ?? -1);
  });
  child.stdin.on('error', () => {});
  child.once('exit', (code) => {
    for (const tell of waiting.values()) tell({ error: { message: `the server left with ${code}` } });
  });
  let last = 0;
  const write = (message: Row) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const ask = (method: string, params: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      last += 1;
      const timer = setTimeout(() => reject(new Error('no answer')), CALL_TIMEOUT_MS);
      waiting.set(last, ({ result, error }) => {
        clearTimeout(timer);
        if (error) reject(new Error(error.message));
        else resolve(result);
      });
      write({ id: last, method, params });
    });
  await ask('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'pipe', version: '1' },
  });
  write({ method: 'notifications/initialized' });
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
    callAndCancel(tool, args) {
      last += 1;
      write({ id: last, method: 'tools/call', params: { name: tool, arguments: args } });
      write({ method: 'notifications/cancelled', params: { requestId: last } });
    },
    async callWithProgress(tool, args) {
      const progressToken = last + 1;
      told.set(progressToken, 0);
      const params = { name: tool, arguments: args, _meta: { progressToken } };
      const answer = takeApart((await ask('tools/call', params)) as never);
      const count = told.get(progressToken) ?? 0;
      told.delete(progressToken);
      return { answer, told: count };
    },
    close: () => leave(() => child.stdin.end()),
    kill: () => leave(() => child.kill('SIGKILL')),
  };
}
