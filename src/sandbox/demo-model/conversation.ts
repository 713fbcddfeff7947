import { NO_REPLY, parseReply, type Reply } from './reply.ts';
import { type Message, textOf } from './wire.ts';

/** A call that was made, and what came back. */
export type Recorded = { name: string; input: Record<string, unknown>; reply: Reply };

/** Calls that were made, and the words that followed, if any did. */
export type Part = { calls: Recorded[]; said: string };

export type Conversation = {
  /** What the person asked for last; to go on with it is no new request. */
  request: string;
  /** What was done for this request, in order, parted where the person said to go on. Always one part at least. */
  now: Part[];
  /** Calls made for earlier requests, in order. */
  before: Recorded[];
  /** The model has already said something to the person. */
  hasSpoken: boolean;
};

/** How a person says that the work is to be gone on with. */
export const GO_ON =
  /^(?:please )?(?:go on|go ahead|continue|carry on|resume|try again)(?:,? please)?[.!]*$/i;

/** Reads the history: where the last request stands, and which calls were made before and since. */
export function readConversation(messages: Message[]): Conversation {
  const isAsked = (at: number) => isRequest(messages[at], messages[at - 1]);
  const isGoOn = (at: number) => isAsked(at) && GO_ON.test(textOf(messages[at]?.content).trim());
  const places = [...messages.keys()].filter(isAsked);
  const start = places.findLast((at) => !isGoOn(at)) ?? places.at(-1) ?? -1;
  const ends = [...places.filter((at) => at > start), messages.length];
  return {
    request: textOf(messages[start]?.content).trim(),
    now: ends.map((end, index) => partOf(messages.slice(ends[index - 1] ?? start + 1, end))),
    before: callsIn(messages.slice(0, Math.max(start, 0))),
    hasSpoken: messages.some(({ role, content }) => role === 'assistant' && textOf(content).trim() !== ''),
  };
}

/**
 * A user message asks for something, unless it only carries what a tool found: images cannot travel in a tool
 * message, so hosts put them into a user message right behind it.
 */
function isRequest(message: Message | undefined, previous: Message | undefined): boolean {
  if (message?.role !== 'user') return false;
  const carries = Array.isArray(message.content) && message.content.some(({ type }) => type !== 'text');
  return !(carries && previous?.role === 'tool');
}

function partOf(messages: Message[]): Part {
  const last = messages.findLast(({ role }) => role === 'assistant');
  return { calls: callsIn(messages), said: textOf(last?.content).trim() };
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
          reply: replies.get(call.id) ?? NO_REPLY,
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
