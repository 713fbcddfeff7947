import type { Instance } from '../figure.ts';
import { viaFetch } from '../rest.ts';

const MODEL = 'bench';
/** The tools that Directus's own page offers the chat with. */
const TOOLS = [
  'items',
  'files',
  'folders',
  'assets',
  'flows',
  'trigger-flow',
  'operations',
  'schema',
  'collections',
  'fields',
  'relations',
];

/** From version 12 on, Directus's chat speaks to endpoints of one's own only with a license. */
export const hasOwnChat = ({ version }: Instance): boolean => Number.parseInt(version, 10) < 12;

/** Tells the chat of Directus to ask this endpoint. @param baseUrl ends in `/v1` */
export async function pointOwnChatAt(instance: Instance, baseUrl: string): Promise<void> {
  await viaFetch(instance)('PATCH', '/settings', {
    ai_openai_compatible_name: MODEL,
    ai_openai_compatible_base_url: baseUrl,
    ai_openai_compatible_api_key: 'none',
    ai_openai_compatible_models: [{ id: MODEL, name: MODEL }],
  });
}

/** Sends the first message of a conversation, as the page does, with every tool allowed. The answer is a UI stream. */
export async function askOwnChat(
  { url, token }: Instance,
  text: string,
): Promise<ReadableStream<Uint8Array>> {
  const reply = await fetch(`${url}/ai/chat`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      provider: 'openai-compatible',
      model: MODEL,
      tools: TOOLS,
      toolApprovals: Object.fromEntries(TOOLS.map((name) => [name, 'always'])),
      messages: [{ id: '1', role: 'user', parts: [{ type: 'text', text }] }],
    }),
  });
  if (reply.ok && reply.body) return reply.body;
  throw new Error(`/ai/chat of Directus answered ${reply.status}: ${await reply.text()}`);
}
