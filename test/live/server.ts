import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { sharedDirectus } from './shared-directus.ts';

/** A reply of a tool, taken apart: our own words, and what came from Directus. */
export type Answer = {
  isError: boolean;
  /** All text of the reply. */
  text: string;
  /** Our own words before the data: counts, keys, the next call, warnings. */
  info: Record<string, unknown>;
  /** What is inside the marked block; a table is turned back into objects. */
  data: unknown;
  media: { type: string; mimeType: string; data: string }[];
};

export type Row = Record<string, unknown>;

export type TestServer = {
  client: Client;
  call(tool: string, args?: Row): Promise<Answer>;
  /** Calls, and confirms with the token where the call is held; fails when it was held twice. */
  confirmed(tool: string, args?: Row): Promise<Answer>;
  /** The rows of an answer that must be no error. */
  rows(tool: string, args?: Row): Promise<Row[]>;
  /** What the server wrote for people so far. */
  stderr(): string;
  /** The folder with the settings file. */
  folder: string;
  pid(): number | null;
  close(): Promise<void>;
};

export type ServerOptions = {
  flags?: string[];
  token?: string;
  url?: string;
  env?: Record<string, string>;
  /** Written to directus-assistant.json in the working folder. */
  settings?: Record<string, unknown>;
};

export const bin = new URL('../../dist/bin.js', import.meta.url).pathname;

/** No call of a test takes longer; one that does, hangs. */
const CALL_TIMEOUT_MS = 10_000;

/** Starts the built MCP server as a client in the field would: over stdio, with the older SDK. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const { url, admin } = sharedDirectus();
  const folder = await mkdtemp(join(tmpdir(), 'directus-assistant-test-'));
  if (options.settings) await writeSettings(folder, options.settings);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp', ...(options.flags ?? [])],
    cwd: folder,
    stderr: 'pipe',
    env: {
      PATH: process.env.PATH ?? '',
      XDG_CONFIG_HOME: folder,
      DIRECTUS_URL: options.url ?? url,
      ...(options.env?.DIRECTUS_USER_EMAIL ? {} : { DIRECTUS_TOKEN: options.token ?? admin.token }),
      ...options.env,
    },
  });
  let written = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(transport);
  const call = async (tool: string, args: Row = {}) => {
    const reply = await client.callTool({ name: tool, arguments: args }, undefined, {
      timeout: CALL_TIMEOUT_MS,
    });
    return takeApart(reply as Reply);
  };
  return {
    client,
    call,
    async confirmed(tool, args = {}) {
      const first = await call(tool, args);
      if (typeof first.info.confirm !== 'string') return first;
      return call(tool, { ...args, confirm: first.info.confirm });
    },
    async rows(tool, args) {
      const answer = await call(tool, args);
      if (answer.isError || !Array.isArray(answer.data)) throw new Error(`No rows came: ${answer.text}`);
      return answer.data as Row[];
    },
    stderr: () => written,
    folder,
    pid: () => transport.pid,
    async close() {
      await client.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function writeSettings(folder: string, settings: Record<string, unknown>): Promise<void> {
  await writeFile(join(folder, 'directus-assistant.json'), JSON.stringify(settings));
}

type Reply = {
  isError?: boolean;
  content: { type: string; text?: string; mimeType?: string; data?: string }[];
};

/** Takes a reply apart, and fails when it is not what we promise: whole JSON inside one marked block. */
export function takeApart({ isError = false, content }: Reply): Answer {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text ?? ''] : [])).join('\n');
  const media = content.flatMap(({ type, mimeType = '', data = '' }) =>
    type === 'text' ? [] : [{ type, mimeType, data }],
  );
  const block = /^([\s\S]*?)<(data-[0-9a-f]+)>\n([\s\S]*)\n<\/\2>$/.exec(text);
  if (!block) return { isError, text, info: infoOf(text), data: undefined, media };
  return { isError, text, info: infoOf(block[1] ?? ''), data: fromTable(JSON.parse(block[3] ?? '')), media };
}

function infoOf(text: string): Row {
  const line = text.split('\n')[0] ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as Row) : {};
}

function fromTable(data: unknown): unknown {
  const { columns, rows, ...rest } = (data ?? {}) as { columns?: string[]; rows?: unknown[][] };
  if (!columns || !rows || Object.keys(rest).length > 0) return data;
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
}
