import type { TextStreamPart, ToolSet } from 'ai';
import type { PendingCall } from './approvals.ts';
import type { CallBook } from './calls.ts';

export type Part = TextStreamPart<ToolSet>;

/** Keeps count of what goes by in the stream of a turn. */
export function createObserver(book: CallBook) {
  const pending: PendingCall[] = [];
  let steps = 0;
  let text = '';
  let finishReason = 'other';
  let rawFinishReason: string | undefined;
  let error: unknown;
  let calledTools = false;

  return {
    see(part: Part): Part {
      book.see(part);
      if (part.type === 'start-step') {
        text = '';
        calledTools = false;
      } else if (part.type === 'text-delta') text += part.text;
      else if (part.type === 'tool-call') calledTools = true;
      else if (part.type === 'tool-approval-request' && !part.isAutomatic) pending.push(book.pending(part));
      else if (part.type === 'error') error ??= part.error;
      else if (part.type === 'finish-step') {
        steps += 1;
        ({ finishReason, rawFinishReason } = part);
      }
      return part;
    },
    pending: () => pending,
    summary: () => ({
      error,
      finishReason,
      rawFinishReason,
      text,
      steps,
      calledTools,
      waiting: pending.length,
    }),
    totals: () => ({ text, steps, finishReason }),
  };
}
