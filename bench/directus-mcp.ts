import type { Instance } from './figure.ts';
import { type Reply, result } from './rpc.ts';

/** Asks the MCP server that is part of Directus. @throws when it is off or answers with an error */
export async function askDirectusMcp(
  { url, token }: Instance,
  method: string,
  params: object = {},
  mode: 'default' | 'registry' = 'default',
): Promise<unknown> {
  const reply = await fetch(`${url}/mcp${mode === 'registry' ? '?tool_mode=registry' : ''}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  if (!reply.ok) throw new Error(`/mcp of Directus answered ${reply.status}: ${await reply.text()}`);
  return result((await reply.json()) as Reply);
}
