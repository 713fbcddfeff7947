import type { ModelMessage } from 'ai';
import { estimateTokenCount } from 'tokenx';

/** Tokens of a text, estimated by its shape: right to about a quarter for prose and JSON. */
export const estimateTokens = (text: string): number => estimateTokenCount(text);

/** What providers charge for a picture of usual size; a page of a PDF is about as much. */
const MEDIA_TOKENS = 1200;
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

/** Tokens of whatever is in a message or a request: texts are counted, files by the piece. */
export function contentTokens(content: unknown): number {
  const { text, media } = read(content);
  return estimateTokens(text) + media * MEDIA_TOKENS;
}

/** Tokens of the texts alone. */
export const textTokens = (content: unknown): number => estimateTokens(read(content).text);

/** All that a model reads as one text, and how many files are beside it. */
function read(content: unknown): { text: string; media: number } {
  if (typeof content === 'string') return { text: content, media: 0 };
  let media = 0;
  const text = JSON.stringify(content, (key, value: unknown) => {
    // Set by providers for themselves, and by us for caching: no model reads it.
    if (key === 'providerOptions' || key === 'providerMetadata') return undefined;
    if (!isFile(value)) return value;
    media += 1;
    return undefined;
  });
  return { text: text ?? '', media };
}

const isFile = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'file';
