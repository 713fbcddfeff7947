import { labelOf } from '../../host/attachments/message.ts';
import { shortId } from '../../host/conversations/find.ts';
import type { Chat } from '../../host/index.ts';
import { allBlocks } from '../markdown/blocks.ts';
import { count, printable } from '../text.ts';
import type { SessionOptions } from './parts.ts';
import type { Entry } from './view.ts';

type Message = Chat['messages'][number];

/** About as many things of an earlier conversation are shown again. */
const SHOWN = 24;
/** One turn may have many calls. */
const MOST = 120;
/** What was typed before can be called up again. */
const INPUTS = 100;

/**
 * The end of an earlier conversation as it looked, and what is to be known of it. Only the end is looked at, however
 * long it is.
 * @param recorded names it, for who wants to read the rest, and says how it ended
 */
export function earlierEntries(chat: Chat, recorded: SessionOptions['recorded']): Entry[] {
  const { messages, summary } = chat;
  if (messages.length === 0) return [];
  const shown: Entry[][] = [];
  let lines = 0;
  let first = messages.length;
  // Whole turns, as long as there is room.
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (!message) break;
    const entries = entriesOf(message, chat);
    // What the model reads in place of all this is told where it begins.
    shown.unshift(at === summary?.messages ? [summaryNotice(at), ...entries] : entries);
    lines += entries.length;
    first = at;
    if ((message.role === 'user' && lines >= SHOWN) || lines >= MOST) break;
  }
  const before = messages.slice(0, first).filter(({ role }) => role !== 'tool').length;
  const hidden =
    before === 0
      ? []
      : [hiddenNotice(before, recorded?.id, summary !== undefined && summary.messages < first)];
  return [...hidden, ...shown.flat(), ...howItEnded(chat, recorded?.ended)];
}

/** What the person typed, oldest first. */
export function earlierInputs({ messages }: Chat): string[] {
  return messages
    .slice(-10 * INPUTS)
    .flatMap((message) => (message.role === 'user' ? spokenIn(message) : ''))
    .filter(Boolean)
    .slice(-INPUTS);
}

function entriesOf(message: Message, chat: Chat): Entry[] {
  if (message.role === 'user') {
    const along = labelsIn(message);
    return [{ kind: 'person', text: spokenIn(message), ...(along.length > 0 && { along }) }];
  }
  if (message.role !== 'assistant') return [];
  const parts = typeof message.content === 'string' ? [textPart(message.content)] : message.content;
  return parts.flatMap((part): Entry[] => {
    switch (part.type) {
      case 'text':
        return allBlocks(printable(part.text)).map((raw) => ({ kind: 'answer', raw }));
      case 'reasoning':
        return part.text.trim() ? [{ kind: 'thought' }] : [];
      case 'tool-call':
        return callEntry(part.toolCallId, chat);
      default:
        return [];
    }
  });
}

const textPart = (text: string) => ({ type: 'text' as const, text });

/** Calls that wait are asked about, and shown after. */
function callEntry(toolCallId: string, { calls, pending }: Chat): Entry[] {
  const call = calls.get(toolCallId);
  if (!call || pending.some((one) => one.toolCallId === toolCallId)) return [];
  return [{ kind: 'call', call: { ...call } }];
}

type Said = Extract<Message, { role: 'user' }>;

/** What the person wrote, without what went along. */
function spokenIn({ content }: Said): string {
  if (typeof content === 'string') return content;
  return content
    .flatMap((part) => (part.type === 'text' && labelOf(part) === undefined ? part.text : []))
    .join('\n\n');
}

function labelsIn({ content }: Said): string[] {
  if (typeof content === 'string') return [];
  return content.flatMap((part) =>
    part.type === 'text' || part.type === 'file' ? (labelOf(part) ?? []) : [],
  );
}

const notice = (tone: 'info' | 'warning', text: string): Entry => ({ kind: 'notice', tone, text });

const summaryNotice = (messages: number): Entry =>
  notice(
    'info',
    `The model reads a summary in place of the ${count(messages, 'message')} before this. /summary shows it.`,
  );

function hiddenNotice(hidden: number, id: string | undefined, summarised: boolean): Entry {
  const read = id ? ` directus-assistant history show ${shortId(id)} prints them.` : '';
  const known = summarised ? ' For the model, a summary stands in their place: /summary shows it.' : '';
  const are = hidden === 1 ? 'is' : 'are';
  return notice('info', `${count(hidden, 'earlier message')} ${are} not shown here.${read}${known}`);
}

type Ended = NonNullable<SessionOptions['recorded']>['ended'];

const ENDED: Partial<Record<NonNullable<Ended>, Entry>> = {
  limit: notice('warning', 'This stopped at a limit. /continue goes on.'),
  stopped: notice('info', 'This was stopped. /continue takes it up again.'),
  failed: notice('warning', 'This failed. /continue tries again.'),
};

/** What is left to do; calls that wait are asked about anyway. */
function howItEnded({ pending }: Chat, ended: Ended): Entry[] {
  if (pending.length > 0) return [];
  const entry = ended
    ? ENDED[ended]
    : notice('warning', 'This was cut off before the answer was finished. /continue takes it up again.');
  return entry ? [entry] : [];
}
