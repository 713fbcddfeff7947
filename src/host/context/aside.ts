import type { ModelMessage, ToolResultPart } from 'ai';
import { dataBlock } from '../context-items/block.ts';
import { textOfOutput } from '../mcp/output.ts';
import { contentTokens } from './tokens.ts';

/** Results of more tokens than this are kept aside once they are old. */
const LARGE = 1000;

type Output = ToolResultPart['output'];

/**
 * Puts large results of tools before the message `before` aside: what is sent in their place says how large they are
 * and how to read them again. The history keeps them.
 * @returns the messages to send, and whether anything was put aside
 */
export function putAside(
  messages: readonly ModelMessage[],
  before: number,
): { messages: ModelMessage[]; aside: boolean } {
  let aside = false;
  const sent = messages.map((message, index): ModelMessage => {
    if (index >= before || message.role !== 'tool') return message;
    const content = message.content.map((part) => {
      if (part.type !== 'tool-result') return part;
      const tokens = contentTokens(readable(part.output));
      if (tokens <= LARGE) return part;
      aside = true;
      return { ...part, output: { type: 'text' as const, value: noteFor(part.toolCallId, tokens) } };
    });
    return { ...message, content };
  });
  return { messages: aside ? sent : [...messages], aside };
}

/** Without files there is only text to count. */
const readable = (output: Output): unknown => ('value' in output ? output.value : '');

const noteFor = (toolCallId: string, tokens: number): string =>
  `[This result of about ${tokens} tokens was put aside. Read it again with read-result {"id": ${JSON.stringify(toolCallId)}} when you need it.]`;

/** Characters of a result that are read again at once: some 8,000 tokens of JSON. */
const PIECE = 24_000;

/**
 * Reads a result of the history again, from character `offset` on. The piece comes in a block of its own: of the marks
 * that its server put around what people wrote, it may hold one only, or none.
 * @throws an Error for the model when there is none
 */
export function readAgain(messages: readonly ModelMessage[], id: string, offset: number): string {
  const text = textOfResult(messages, id);
  if (text === undefined) throw new Error(`There is no result "${id}" in this conversation.`);
  if (offset > 0 && offset >= text.length)
    throw new Error(`The result "${id}" has ${text.length} characters; ${offset} is beyond its end.`);
  const rest = text.slice(offset);
  // No letter is cut in two.
  const piece = rest.length > PIECE ? rest.slice(0, PIECE).replace(/[\ud800-\udbff]$/, '') : rest;
  const block = dataBlock('result', { id }, piece);
  const end = offset + piece.length;
  return end < text.length
    ? `${block}\n[Characters ${offset} to ${end} of ${text.length}. Read on with offset ${end}.]`
    : block;
}

function textOfResult(messages: readonly ModelMessage[], id: string): string | undefined {
  for (const { content } of messages) {
    for (const part of typeof content === 'string' ? [] : content) {
      if (part.type === 'tool-result' && part.toolCallId === id) return textOfOutput(part.output);
    }
  }
  return undefined;
}

/** The definition of the tool that reads results again, offered only while some are aside. */
export const readResultName = 'read-result';
