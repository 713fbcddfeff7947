import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { decoded } from '../../settings/address.ts';
import { parseObject } from '../../settings/sources.ts';

type Known = {
  name: string;
  /** Whether it is somebody else's, who may not mark what people wrote in its results. */
  foreign?: boolean | undefined;
};

/** A server started as a process; `env` is added to a minimal environment, not to all of ours. */
export type StdioServer = Known & {
  command: string;
  args?: string[] | undefined;
  env?: Record<string, string> | undefined;
  cwd?: string | undefined;
  /** Names of variables in `env` whose values must not be shown; default: all. */
  secret?: readonly string[] | undefined;
};

/** A server reached over HTTP (Streamable HTTP). */
export type HttpServer = Known & {
  url: string;
  headers?: Record<string, string> | undefined;
  /** Sends the requests; default: over the network. */
  fetch?: typeof fetch | undefined;
};

export type ServerConfig = StdioServer | HttpServer;

const words = z.record(z.string(), z.string());
const file = z.object({ mcpServers: z.record(z.string(), z.unknown()) });

// Other programs put keys of their own into this file, so unknown keys are no fault here.
const stdio = z.object({
  command: z.string().min(1),
  args: z.array(z.string()).optional(),
  env: words.optional(),
  cwd: z.string().optional(),
});
const http = z.object({ url: z.url({ protocol: /^https?$/ }), headers: words.optional() });

/** Everything in an entry that must not be shown: what its server is given in variables, headers or its address. */
export function secretsOfServer(config: ServerConfig): string[] {
  if (!('url' in config)) {
    const { env = {}, secret = Object.keys(env) } = config;
    return secret.flatMap((name) => env[name] ?? []);
  }
  const { searchParams, password } = new URL(config.url);
  const headers = Object.values(config.headers ?? {});
  return [
    ...headers,
    ...headers.map((value) => value.replace(/^\S+ /, '')),
    ...searchParams.values(),
    decoded(password),
  ];
}

/**
 * Reads an `mcp.json` (`{"mcpServers": {name: {command, args, env} | {url, headers}}}`).
 * A file that cannot be read or an entry that makes no sense is a line in `problems`; the other entries still come.
 */
export async function readServers(path: string): Promise<{ servers: ServerConfig[]; problems: string[] }> {
  const parsed = await readJson(path);
  if (typeof parsed === 'string') return { servers: [], problems: [parsed] };
  const found = file.safeParse(parsed.json);
  if (!found.success) {
    return {
      servers: [],
      problems: [
        `${path} has no "mcpServers" object, for example {"mcpServers": {"name": {"command": "..."}}}.`,
      ],
    };
  }
  const servers: ServerConfig[] = [];
  const problems: string[] = [];
  for (const [name, entry] of Object.entries(found.data.mcpServers)) {
    const server = readEntry(name, entry);
    if (typeof server === 'string') problems.push(`${path}: server "${name}": ${server}`);
    else if (server) servers.push(server);
  }
  return { servers, problems };
}

async function readJson(path: string): Promise<{ json: unknown } | string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return `${path} cannot be read (${code === 'ENOENT' ? 'there is no such file' : code}).`;
  }
  try {
    return { json: parseObject(text) };
  } catch (error) {
    return `${path} cannot be read: ${error instanceof Error ? error.message : 'it is not JSON'}.`;
  }
}

/** A server, a complaint, or nothing when the entry is switched off. */
function readEntry(name: string, entry: unknown): ServerConfig | string | undefined {
  if (typeof entry !== 'object' || entry === null) return 'it must be an object with "command" or "url".';
  if ('disabled' in entry && entry.disabled === true) return undefined;
  if (!('command' in entry) && !('url' in entry)) return 'it needs "command" (and "args") or "url".';
  const parsed = 'command' in entry ? stdio.safeParse(entry) : http.safeParse(entry);
  if (parsed.success) return { name, foreign: true, ...parsed.data };
  const [issue] = parsed.error.issues;
  return `"${issue?.path.join('.')}": ${issue?.message}.`;
}
