import { parseReply, type Reply } from './reply.ts';
import { type Message, textOf } from './wire.ts';

/** A call that was made, and what came back, if anything has. */
export type Recorded = { name: string; input: Record<string, unknown>; reply: Reply | undefined };

export type Conversation = {
  /** What the person asked for last. */
  request: string;
  /** Calls made for this request, in order. */
  now: Recorded[];
  /** Calls made for earlier requests, in order. */
  before: Recorded[];
  /** The model has already said something to the person. */
  hasSpoken: boolean;
};

/** Reads the history: where the last request stands, and which calls were made before and since. */
export function readConversation(messages: Message[]): Conversation {
  const start = messages.findLastIndex((message, at) => isRequest(message, messages[at - 1]));
  const asked = messages[start];
  return {
    request: asked ? textOf(asked.content).trim() : '',
    now: callsIn(messages.slice(start + 1)),
    before: callsIn(messages.slice(0, Math.max(start, 0))),
    hasSpoken: messages.some(({ role, content }) => role === 'assistant' && textOf(content).trim() !== ''),
  };
}

/**
 * A user message asks for something, unless it only carries what a tool found: images cannot travel in a tool
 * message, so hosts put them into a user message right behind it.
 */
function isRequest(message: Message, previous: Message | undefined): boolean {
  if (message.role !== 'user') return false;
  const carries = Array.isArray(message.content) && message.content.some(({ type }) => type !== 'text');
  return !(carries && previous?.role === 'tool');
}

function callsIn(messages: Message[]): Recorded[] {
  const replies = new Map<string, Reply>();
  for (const message of messages) {
    if (message.role === 'tool') replies.set(message.tool_call_id, parseReply(textOf(message.content)));
  }
  return messages.flatMap((message) =>
    message.role === 'assistant'
      ? (message.tool_calls ?? []).map((call) => ({
          name: call.function.name,
          input: parseInput(call.function.arguments),
          reply: replies.get(call.id),
        }))
      : [],
  );
}

function parseInput(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
