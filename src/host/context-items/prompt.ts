import type { ModelMessage } from 'ai';
import { toAttachment } from '../attachments/read.ts';
import type { Attachment } from '../attachments/types.ts';
import type { PromptInfo, Servers } from '../mcp/servers.ts';
import { dataBlock } from './block.ts';
import type { ContextItem } from './item.ts';

/**
 * A prompt with its variables filled in, for the context of a message; media in it become attachments.
 * @throws an Error for people: a variable without value, or what the server says
 */
export async function promptContext(
  servers: Pick<Servers, 'getPrompt'>,
  prompt: PromptInfo,
  values: Record<string, string>,
): Promise<(ContextItem | Attachment)[]> {
  const missing = prompt.arguments.filter(({ name, required }) => required && !values[name]?.trim());
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    throw new Error(`The prompt "${prompt.title}" needs a value for: ${names}.`);
  }
  const messages = await servers.getPrompt(prompt.server, prompt.name, values);
  const text = messages.length === 1 ? textsOf(messages[0]) : messages.map(withRole).join('\n\n');
  const media = messages.flatMap(mediaOf);
  return [
    { label: prompt.title, text: dataBlock('prompt', { server: prompt.server, name: prompt.name }, text) },
    ...(await Promise.all(media.map((bytes, at) => toAttachment(`${prompt.name}-${at + 1}`, bytes)))),
  ];
}

const partsOf = (message: ModelMessage | undefined) =>
  message && typeof message.content !== 'string' ? message.content : [];

function textsOf(message: ModelMessage | undefined): string {
  if (typeof message?.content === 'string') return message.content;
  return partsOf(message)
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n');
}

const withRole = (message: ModelMessage): string => `${message.role}: ${textsOf(message)}`;

function mediaOf(message: ModelMessage): Uint8Array[] {
  return partsOf(message).flatMap((part) => {
    if (part.type !== 'file' || typeof part.data !== 'object' || !('data' in part.data)) return [];
    const { data } = part.data;
    return typeof data === 'string' ? [Buffer.from(data, 'base64')] : [];
  });
}
