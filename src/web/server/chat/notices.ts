import type { ChatEvent } from '../../../host/index.ts';
import type { Chunk } from './live-turn.ts';

/** What goes on now takes the place of what went on before; an empty text says that it is over. */
const now = (text: string): Chunk => ({ type: 'data-notice', id: 'now', data: { kind: 'info', text } });

export const nothingGoesOn: Chunk = now('');

/** What happens beside an answer, for a page. @param label of the model */
export function noticeOf(event: ChatEvent, label: string): Chunk {
  switch (event.type) {
    case 'waiting': {
      const seconds = Math.max(0, Math.round((event.until - Date.now()) / 1000));
      return now(
        `${event.reason.replace(/\.$/, '')}. It is asked again in ${seconds} s, attempt ${event.attempt + 1}.`,
      );
    }
    case 'uploading':
      return now(event.done ? '' : `Sending ${event.filename} to ${label}.`);
    case 'summarising':
      return now('The beginning of the conversation is put into a summary.');
    case 'warning':
      return { type: 'data-notice', data: { kind: 'warning', text: event.text } };
    case 'corrected':
      return { type: 'data-notice', data: { kind: 'info', text: event.text } };
    case 'summarised': {
      const { messages, tokensBefore, tokensAfter } = event.summary;
      return now(
        `The first ${messages} messages are in a summary for the model now: about ${tokensBefore} tokens became ${tokensAfter}.`,
      );
    }
  }
}
