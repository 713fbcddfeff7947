import type { AssistantContent, ModelMessage, ToolCallPart } from 'ai';
import type { CallRecord } from '../call-record.ts';
import type { Summary } from '../context/summary.ts';
import type { Spent } from '../costs/meter.ts';
import { callIds, closeCalls } from '../history.ts';
import { type ModelOutput, textOf, toModelOutput } from '../mcp/output.ts';
import { createdAtOf } from './ids.ts';
import type { EndState, HeardPart, JournalEntry, Recorded } from './journal.ts';
import { mend } from './mend.ts';

/** What happened in a conversation, in order, for people: what the model has forgotten is still in it. */
export type StoryItem = { /** ISO time. */ at: string } & (
  | { type: 'message'; message: ModelMessage }
  | { type: 'summarised'; summary: Summary }
  | { type: 'model'; model: string }
  | { type: 'cleared' }
);

export type Story = {
  id: string;
  title: string | undefined;
  createdAt: string;
  updatedAt: string;
  model: string | undefined;
  items: StoryItem[];
  calls: Map<string, CallRecord>;
  /** Ids of the calls since the conversation was last cleared: what they did stays done where they were taken back. */
  callsSinceCleared: Set<string>;
  spent: Spent[];
  /** How the last turn ended; undefined when something came after that. */
  ended: EndState | undefined;
  /** Messages at the end of `items` that were only heard: no entry says them yet. */
  unsettled: ModelMessage[];
};

/** Goes through a journal from its beginning. */
export function readStory(id: string, entries: readonly JournalEntry[]): Story {
  const createdAt = createdAtOf(id);
  const calls = new Map<string, CallRecord>();
  const spent: Spent[] = [];
  const items: StoryItem[] = [];
  let title: string | undefined;
  let model: string | undefined;
  let updatedAt = createdAt;
  let heard: HeardPart[] = [];
  /** Calls of which something was written since the last message. */
  let recent = new Set<string>();
  let callsSinceCleared = new Set<string>();
  let ended: EndState | undefined;

  const say = (messages: readonly ModelMessage[], at: string) => {
    for (const message of messages) items.push({ type: 'message', message, at });
  };
  const settle = (at: string): ModelMessage[] => {
    const messages = heardMessages(messagesOf(items), [...heard, ...unheard()], calls);
    heard = [];
    recent = new Set();
    say(messages, at);
    return messages;
  };

  /** A call may run before it is written down that it was heard. */
  const unheard = (): HeardPart[] => {
    const parts = heard.flatMap((part) => (part.type === 'tool-call' ? part.toolCallId : []));
    const known = new Set([...parts, ...messagesOf(items).flatMap(callIds)]);
    return [...recent].flatMap((id) => {
      const call = calls.get(id);
      if (!call || known.has(id)) return [];
      return { type: 'tool-call' as const, toolCallId: id, toolName: call.toolName, input: call.input ?? {} };
    });
  };

  for (const entry of entries) {
    // A conversation that gets a name has not been used.
    if (entry.type !== 'titled') updatedAt = entry.at;
    if (entry.type === 'said' || entry.type === 'heard' || entry.type === 'dropped') ended = undefined;
    switch (entry.type) {
      case 'titled':
        title = entry.title;
        break;
      case 'said':
        heard = [];
        recent = new Set();
        say(entry.messages, entry.at);
        break;
      case 'heard':
        heard.push(entry.part);
        break;
      case 'dropped':
        if (heard.length > 0) settle(entry.at);
        drop(items, entry.count);
        break;
      case 'call':
        calls.set(entry.call.toolCallId, entry.call);
        recent.add(entry.call.toolCallId);
        callsSinceCleared.add(entry.call.toolCallId);
        break;
      case 'spent':
        spent.push(entry.spent);
        model = entry.spent.model;
        break;
      case 'ended':
        ended = entry.state;
        break;
      case 'model':
        model = entry.model;
        items.push(entry);
        break;
      case 'summarised':
        items.push(entry);
        break;
      case 'cleared':
        heard = [];
        recent = new Set();
        callsSinceCleared = new Set();
        items.push(entry);
    }
  }
  const unsettled = settle(updatedAt);
  return { id, title, createdAt, updatedAt, model, items, calls, callsSinceCleared, spent, ended, unsettled };
}

/**
 * Where a conversation stands after `entries`.
 * @param damaged some entries are lost; summaries then cannot be kept, because they count messages
 */
export function replay(story: Story, damaged = false): Recorded {
  const { id, title, createdAt, updatedAt, model, spent, ended, calls, callsSinceCleared } = story;
  const items = sinceCleared(story.items);
  const messages = mend(messagesOf(items));
  return {
    id,
    title,
    createdAt,
    updatedAt,
    model,
    messages,
    ended,
    calls: [...calls.values()].filter(({ toolCallId }) => callsSinceCleared.has(toolCallId)),
    summaries: damaged ? [] : items.flatMap((item) => (item.type === 'summarised' ? item.summary : [])),
    spent,
  };
}

function sinceCleared(items: StoryItem[]): StoryItem[] {
  return items.slice(items.findLastIndex(({ type }) => type === 'cleared') + 1);
}

const messagesOf = (items: StoryItem[]): ModelMessage[] =>
  sinceCleared(items).flatMap((item) => (item.type === 'message' ? item.message : []));

/** Takes back the last `count` messages, but none that were cleared, and the summaries that have one of them in it. */
function drop(items: StoryItem[], count: number): void {
  const left = Math.max(0, messagesOf(items).length - count);
  let number = messagesOf(items).length;
  for (let index = items.length - 1; index >= 0 && items[index]?.type !== 'cleared'; index--) {
    const item = items[index];
    const isDropped = item?.type === 'message' && number-- > left;
    if (isDropped || (item?.type === 'summarised' && item.summary.messages > left)) items.splice(index, 1);
  }
}

/** What was heard after the last thing that was said, as messages; of calls, those that have ended get their results. */
function heardMessages(
  said: readonly ModelMessage[],
  heard: readonly HeardPart[],
  calls: ReadonlyMap<string, CallRecord>,
): ModelMessage[] {
  const outputFor = ({ toolCallId }: ToolCallPart) => outputOf(calls.get(toolCallId));
  const earlier = closeCalls(said, outputFor);
  const content = answerOf(heard);
  const all =
    content.length > 0 ? closeCalls([...earlier, { role: 'assistant', content }], outputFor) : earlier;
  return all.slice(said.length);
}

/** Pieces of one text become one, and thinking stays only where something came of it: alone, it would be refused. */
function answerOf(heard: readonly HeardPart[]): Exclude<AssistantContent, string> {
  const texts = new Map<string, { type: 'text'; text: string }>();
  const parts = heard.flatMap((part) => {
    if (part.type !== 'text') return part;
    const open = texts.get(part.id);
    if (open) open.text += part.text;
    else texts.set(part.id, { type: 'text', text: part.text });
    return open ? [] : (texts.get(part.id) ?? []);
  });
  const kept = parts.filter((part) => part.type !== 'text' || part.text !== '');
  return kept.slice(0, kept.findLastIndex(({ type }) => type !== 'reasoning') + 1);
}

function outputOf(call: CallRecord | undefined): ModelOutput | undefined {
  switch (call?.state) {
    case 'done':
      return toModelOutput(call.output);
    case 'failed':
      return { type: 'error-text', value: textOf(call.output) };
    case 'denied':
      return { type: 'execution-denied', ...(call.reason !== undefined && { reason: call.reason }) };
    default:
      return undefined;
  }
}
