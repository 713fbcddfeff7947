import { labelOf } from '../../host/attachments/message.ts';
import type { Chat } from '../../host/index.ts';
import { allBlocks } from '../markdown/blocks.ts';
import { count, printable } from '../text.ts';
import type { Entry } from './view.ts';

type Message = Chat['messages'][number];

/** About as many lines of an earlier conversation are shown again. */
const SHOWN = 40;
/** One turn may have many calls. */
const MOST = 120;
/** What was typed before can be called up again. */
const INPUTS = 100;

/**
 * The end of an earlier conversation as it looked, and what is to be known of it. Only the end is looked at, however
 * long it is.
 * @param id names it, for who wants to read the rest
 */
export function earlierEntries(chat: Chat, id: string | undefined): Entry[] {
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
  const hidden = first === 0 ? [] : [hiddenNotice(first, id, summary?.messages)];
  return [...hidden, ...shown.flat(), ...cutOff(chat)];
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

function hiddenNotice(hidden: number, id: string | undefined, summarised = 0): Entry {
  const read = id ? ` directus-assistant history show ${id} prints them.` : '';
  const known =
    summarised > 0 && summarised < hidden
      ? ` The model reads a summary in place of the first ${summarised.toLocaleString('en-US')}: /summary.`
      : '';
  const are = hidden === 1 ? 'is' : 'are';
  return notice('info', `${count(hidden, 'earlier message')} ${are} not shown here.${read}${known}`);
}

/** A turn that the end of the process has cut off. */
function cutOff({ messages, pending }: Chat): Entry[] {
  if (messages.at(-1)?.role === 'assistant' || pending.length > 0) return [];
  return [notice('warning', 'This was cut off before the answer was finished. /continue takes it up again.')];
}
