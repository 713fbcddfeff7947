import type { ModelMessage } from 'ai';
import { dataBlock } from '../context-items/block.ts';
import { putAside } from './aside.ts';
import type { Summary } from './summary.ts';
import { messageTokens } from './tokens.ts';

/** How a history is shortened for sending; the history itself stays whole. */
export type Shortening = {
  /** The newest of the summaries, which stands for the first messages. */
  summary: Summary | undefined;
  /** Large results before this message are aside. */
  asideBefore: number;
};

/** The messages to send. */
export function shortened(
  messages: readonly ModelMessage[],
  { summary, asideBefore }: Shortening,
): { messages: ModelMessage[]; aside: boolean } {
  const { messages: sent, aside } = putAside(messages, asideBefore);
  if (!summary) return { messages: sent, aside };
  const [first, ...rest] = sent.slice(summary.messages);
  const text = notesOf(summary);
  // Two messages of the person in a row are refused by some endpoints.
  if (first?.role === 'user') {
    const said =
      typeof first.content === 'string' ? [{ type: 'text' as const, text: first.content }] : first.content;
    return { messages: [{ ...first, content: [{ type: 'text', text }, ...said] }, ...rest], aside };
  }
  return { messages: [{ role: 'user', content: text }, ...(first ? [first] : []), ...rest], aside };
}

/** A summary as the model reads it: it tells of data that others wrote, and must not speak for the person. */
function notesOf({ text, request }: Summary): string {
  const notes = `Notes on the conversation before this, because it no longer fits:\n${dataBlock('notes', {}, text)}`;
  return request === undefined ? notes : `${notes}\n\nThe person's last request, word for word:\n${request}`;
}

/** Old results go aside when a person's message comes: those of the last two turns stay. */
export function asideForTurn(messages: readonly ModelMessage[]): number {
  const turns = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  return turns.at(-2) ?? 0;
}

/** In long work all but the results of the last steps go aside. */
export function asideForSteps(messages: readonly ModelMessage[], keep = 3): number {
  const steps = messages.flatMap(({ role }, index) => (role === 'tool' ? [index] : []));
  return steps.at(-keep) ?? 0;
}

/**
 * Where a history is cut so that at most `room` tokens stay: before a whole turn if possible, else before a step of the
 * turn; the newest step stays in any case. Calls and their results are never parted.
 * @returns the number of messages before the cut; 0 when there is nothing to cut
 */
export function cutFor(messages: readonly ModelMessage[], after: number, room: number): number {
  const fits = (index: number) => messageTokens(messages.slice(index)) <= room;
  const places = messages.flatMap(({ role }, index) =>
    index > after && (role === 'user' || role === 'assistant') && !isCutOff(messages, index)
      ? [{ role, index }]
      : [],
  );
  const turn = places.find(({ role, index }) => role === 'user' && fits(index));
  return (turn ?? places.find(({ index }) => fits(index)) ?? places.at(-1))?.index ?? 0;
}

/** An answer that follows an answer belongs to the same step (approvals come in between). */
const isCutOff = (messages: readonly ModelMessage[], index: number): boolean => {
  const before = messages[index - 1];
  return messages[index]?.role === 'assistant' && before?.role === 'assistant';
};
