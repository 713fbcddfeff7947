import type { ChatMessage } from '../../api.ts';

/** The messages of `after`; those that say what they said before are the same objects, and are not drawn anew. */
export function keepSame(before: readonly ChatMessage[], after: readonly ChatMessage[]): ChatMessage[] {
  const known = new Map(before.map((message) => [message.id, message]));
  return after.map((message) => {
    const old = known.get(message.id);
    return old && JSON.stringify(old) === JSON.stringify(message) ? old : message;
  });
}
