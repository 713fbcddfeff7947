import type { Instance } from './figure.ts';
import { asked2025 } from './http/asks.ts';
import { type Definition, definitions, type Reply, result, type ToolCall, text } from './rpc.ts';

export type Mode = 'default' | 'registry';

/** An MCP server that hands have been shaken with. */
export type Mcp = {
  /** What the server tells a model about itself; empty where it tells nothing. */
  instructions: string;
  /** Sends one JSON-RPC request and resolves to its result. Rejects with the words of an error. */
  request(method: string, params?: object): Promise<unknown>;
  close(): Promise<void>;
};

/** What a client says first. It cannot be asked anything back, as many in the field cannot. */
export const HELLO = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'bench', version: '1' },
};

/** The instructions in the result of `initialize`. */
export const instructionsOf = (value: unknown): string =>
  (value as { instructions?: string }).instructions ?? '';

/** A server that is asked over HTTP, without a session. @throws when it is off or answers with an error */
export async function connectHttp(url: string, token: string): Promise<Mcp> {
  const request = async (method: string, params: object = {}) => {
    const { url: to, ...init } = asked2025(url, token, { method, params });
    const reply = await fetch(to, init);
    const words = await reply.text();
    if (!reply.ok) throw new Error(`${to} answered ${reply.status}: ${words.slice(0, 300)}`);
    return result(JSON.parse(lastMessage(words)) as Reply);
  };
  return { instructions: instructionsOf(await request('initialize', HELLO)), request, close: async () => {} };
}

/** An answer may come alone, or as the last event of a stream. */
function lastMessage(words: string): string {
  const data = words.split('\n').filter((line) => line.startsWith('data: '));
  return data.at(-1)?.slice('data: '.length) ?? words;
}

/** The MCP server that is part of Directus. */
export const connectOwn = ({ url, token }: Instance, mode: Mode = 'default'): Promise<Mcp> =>
  connectHttp(`${url}/mcp${mode === 'registry' ? '?tool_mode=registry' : ''}`, token);

export const listTools = async ({ request }: Mcp): Promise<Definition[]> =>
  definitions(await request('tools/list'));

/** All text of what a tool answers. @throws when it failed */
export const callTool = async ({ request }: Mcp, call: ToolCall): Promise<string> =>
  text(await request('tools/call', call));
