import { fileURLToPath } from 'node:url';
import type { Bench, Instance } from './figure.ts';
import { startServed } from './http/served.ts';
import { callTool, connectHttp, connectOwn, type Mcp, type Mode } from './mcp.ts';
import { type Rest, viaFetch, viaHttp } from './rest.ts';
import type { ToolCall } from './rpc.ts';
import { startProgram, startServer } from './server.ts';

/** The same work, as an MCP server is asked for it and as REST is. Directus's own server takes the same arguments. */
export type Work = {
  tool: ToolCall;
  rest: { method: string; path: string; body?: object };
};

/** One who is measured. */
export type Contestant = {
  who: string;
  side: 'ours' | 'own' | 'rest' | 'bare';
  /** Some versions of Directus cannot take part. */
  can(instance: Instance): boolean;
  open(bench: Bench, instance: Instance): Promise<Caller>;
};

export type Opened = Pick<Contestant, 'who' | 'side'> & Caller;

type Caller = {
  /** Does the work once: text of a tool, parsed data of REST. @throws when it failed: a failed call is no figure */
  call(work: Work): Promise<unknown>;
  close(): Promise<void>;
};

/** The names that figures and tables use. */
export const OWN = "Directus's own";
export const OURS = 'stdio';
export const REST = 'fetch';
/** An MCP server over stdio that only sends on: what the way costs without us. */
export const BARE = 'bare MCP';

/** A change of a hundred rows would wait for a yes. */
const CONFIG = ['--config', fileURLToPath(new URL('settings.json', import.meta.url))];

const always = () => true;

/** Directus has a registry mode since version 12. */
export const hasRegistry = ({ version }: { version: string }): boolean => Number.parseInt(version, 10) >= 12;

export const contestants: Contestant[] = [
  { who: OURS, side: 'ours', can: always, open: overStdio('default') },
  { who: 'stdio, registry', side: 'ours', can: always, open: overStdio('registry') },
  { who: 'HTTP', side: 'ours', can: always, open: overHttp },
  { who: REST, side: 'rest', can: always, open: async (_, instance) => rest(viaFetch(instance)) },
  { who: 'node:http', side: 'rest', can: always, open: async (_, instance) => rest(viaHttp(instance)) },
  { who: BARE, side: 'bare', can: always, open: bare },
  { who: OWN, side: 'own', can: always, open: ownIn('default') },
  { who: `${OWN}, registry`, side: 'own', can: hasRegistry, open: ownIn('registry') },
];

function overStdio(mode: Mode): Contestant['open'] {
  return async ({ bin }, instance) => {
    const server = await startServer({ bin, instance, flags: ['--tool-mode', mode, ...CONFIG] });
    return mcp(server, mode);
  };
}

async function overHttp(bench: Bench, instance: Instance): Promise<Caller> {
  const served = await startServed(bench, instance, CONFIG);
  const { call } = mcp(await connectHttp(served.url, instance.token), 'default');
  return { call, close: served.close };
}

async function bare(_: Bench, instance: Instance): Promise<Caller> {
  const program = fileURLToPath(new URL('bare.ts', import.meta.url));
  const server = await startProgram(['--experimental-transform-types', '--no-warnings', program], {
    instance,
  });
  return { call: ({ rest }) => callTool(server, { name: 'rest', arguments: rest }), close: server.close };
}

function ownIn(mode: Mode): Contestant['open'] {
  return async (_, instance) => mcp(await connectOwn(instance, mode), mode);
}

function mcp(server: Mcp, mode: Mode): Caller {
  return { call: ({ tool }) => callTool(server, inMode(mode, tool)), close: server.close };
}

function rest(send: Rest): Caller {
  return {
    call: ({ rest: { method, path, body } }) => send(method, path, body),
    close: async () => {},
  };
}

/** In registry mode all tools but `search` and `schema` are reached through `execute`, which takes `confirm` itself. */
export function inMode(mode: Mode, call: ToolCall): ToolCall {
  if (mode === 'default' || call.name === 'search' || call.name === 'schema') return call;
  const { confirm, ...input } = call.arguments;
  return { name: 'execute', arguments: { name: call.name, input, ...(confirm ? { confirm } : {}) } };
}

/** Opens all who can take part, and closes them after the work. */
export async function withContestants<T>(
  bench: Bench,
  instance: Instance,
  work: (open: Opened[]) => Promise<T>,
): Promise<T> {
  const open: Opened[] = [];
  try {
    for (const { who, side, can, open: start } of contestants) {
      if (can(instance)) open.push({ who, side, ...(await start(bench, instance)) });
    }
    return await work(open);
  } finally {
    await Promise.all(open.map(({ close }) => close()));
  }
}
