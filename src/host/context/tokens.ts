import type { ModelMessage } from 'ai';
import { estimateTokenCount } from 'tokenx';
import * as z from 'zod';
import { fileTokens, OURS } from '../attachments/size.ts';

/** Tokens of a text, estimated by its shape: right to about a quarter for prose and JSON. */
export const estimateTokens = (text: string): number => estimateTokenCount(text);

/** The tags and names around each message. */
const MESSAGE_TOKENS = 4;

const known = new WeakMap<ModelMessage, number>();

/** Tokens of messages as a model reads them, estimated. */
export function messageTokens(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + tokensOf(message), 0);
}

function tokensOf(message: ModelMessage): number {
  const before = known.get(message);
  if (before !== undefined) return before;
  const tokens = MESSAGE_TOKENS + contentTokens(message.content);
  known.set(message, tokens);
  return tokens;
}

/** Tokens of whatever is in a message or a request: texts are counted, files by their kind and size. */
export function contentTokens(content: unknown): number {
  const { text, files } = read(content);
  return estimateTokens(text) + files;
}

/** Tokens of the texts alone. */
export const textTokens = (content: unknown): number => estimateTokens(read(content).text);

/** All that a model reads as one text, and the tokens of the files beside it. */
function read(content: unknown): { text: string; files: number } {
  if (typeof content === 'string') return { text: content, files: 0 };
  let files = 0;
  const text = JSON.stringify(content, (key, value: unknown) => {
    // Set by providers for themselves, and by us for caching: no model reads it.
    if (key === 'providerOptions' || key === 'providerMetadata') return undefined;
    if (!isFile(value)) return value;
    const { mediaType, providerOptions } = filePart.parse(value);
    files += fileTokens(mediaType, providerOptions?.[OURS]);
    return undefined;
  });
  return { text: text ?? '', files };
}

const isFile = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'file';

/** A file in a message; those of ours say their size. */
const filePart = z.object({
  mediaType: z.string().catch(''),
  providerOptions: z
    .object({ [OURS]: z.object({ bytes: z.number(), pages: z.number().exactOptional() }).optional() })
    .optional()
    .catch(undefined),
});
