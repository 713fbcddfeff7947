import { ref, watch } from 'vue';
import type { Conversation } from './conversation.ts';
import type { Extra } from './extras.ts';
import { newId } from './ids.ts';

/** A message that waits for the end of the answer before it. */
export type Waiting = { id: string; text: string; extras: Extra[]; model: string | undefined };

/**
 * Messages that are sent while an answer is written wait for its end, and go out one after the other. When it is
 * stopped, fails, or the message cannot be sent, they are given back to be looked at.
 * @param giveBack puts what waited into the prompt again
 */
export function useQueue(
  { id, busy, view, messages, problem, begin }: Conversation,
  giveBack: (waiting: Waiting[]) => void,
) {
  const waiting = ref<Waiting[]>([]);

  function take(): Waiting[] {
    const all = waiting.value;
    waiting.value = [];
    return all;
  }

  const add = (one: Omit<Waiting, 'id'>): void => {
    waiting.value.push({ ...one, id: newId() });
  };

  function remove(gone: string): void {
    waiting.value = waiting.value.filter((one) => one.id !== gone);
  }

  /** @returns whether the message could be sent */
  async function send({ text, extras, model }: Omit<Waiting, 'id'>): Promise<boolean> {
    const inputs = extras.flatMap(({ input }) => (input ? [input] : []));
    return begin({ kind: 'send', text, extras: inputs, ...(model && { model }) });
  }

  watch(busy, async (now) => {
    if (now || waiting.value.length === 0) return;
    // What waits for an approval goes on after it.
    if ((view.value?.pending.length ?? 0) > 0) return;
    const end = messages.value.at(-1)?.parts.findLast((part) => part.type === 'data-end');
    if (problem.value || (end && end.data.state !== 'done')) return giveBack(take());
    const [next, ...rest] = take();
    waiting.value = rest;
    if (next && !(await send(next))) giveBack([next, ...take()]);
  });
  watch(id, (_, before) => {
    if (before !== undefined) waiting.value = [];
  });

  return { waiting, add, remove, send };
}
