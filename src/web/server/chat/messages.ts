import type { AssistantModelMessage, DynamicToolUIPart, ModelMessage, UserModelMessage } from 'ai';
import { hashIn, labelOf } from '../../../host/attachments/message.ts';
import type { CallRecord } from '../../../host/index.ts';
import type { ChatMessage, FileView } from '../../api.ts';
import { callView, outputView } from './output.ts';

type Parts = ChatMessage['parts'];
type AssistantPart = Exclude<AssistantModelMessage['content'], string>[number];
type ToolCall = Extract<AssistantPart, { type: 'tool-call' }>;

/** What the messages after a call say of it. */
type Fate = { approvalId?: string; answered?: { approved: boolean; reason?: string }; ended: boolean };

/** The id of a message that begins at this place of the history. */
export const messageId = (index: number): string => `m${index}`;

/** The place of a message in the history by its id; undefined for other ids. */
export function placeOf(id: string): number | undefined {
  const [, digits] = /^m(\d{1,9})$/.exec(id) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** A history as pages show it: an answer with all its steps and calls is one message. */
export function toChatMessages(
  messages: readonly ModelMessage[],
  calls: ReadonlyMap<string, CallRecord>,
): ChatMessage[] {
  const fates = fatesOf(messages);
  const shown: ChatMessage[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === 'user')
      shown.push({ id: messageId(index), role: 'user', parts: partsOfPerson(message) });
    if (message.role !== 'assistant') continue;
    const before = shown.at(-1);
    const answer = before?.role === 'assistant' ? before : undefined;
    const parts = answerParts(message).flatMap((part) => partsOfAnswer(part, fates, calls));
    if (answer) answer.parts.push(...parts);
    else shown.push({ id: messageId(index), role: 'assistant', parts });
  }
  return shown;
}

function fatesOf(messages: readonly ModelMessage[]): Map<string, Fate> {
  const fates = new Map<string, Fate>();
  const callOf = new Map<string, Fate>();
  const fateOf = (id: string) => {
    const fate = fates.get(id) ?? { ended: false };
    fates.set(id, fate);
    return fate;
  };
  for (const { content } of messages) {
    for (const part of typeof content === 'string' ? [] : content) {
      if (part.type === 'tool-approval-request' && !part.isAutomatic) {
        const fate = fateOf(part.toolCallId);
        fate.approvalId = part.approvalId;
        callOf.set(part.approvalId, fate);
      } else if (part.type === 'tool-approval-response') {
        const fate = callOf.get(part.approvalId);
        const { approved, reason } = part;
        if (fate) fate.answered = { approved, ...(reason !== undefined && { reason }) };
      } else if (part.type === 'tool-result') fateOf(part.toolCallId).ended = true;
    }
  }
  return fates;
}

function partsOfPerson({ content }: UserModelMessage): Parts {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.flatMap((part): Parts => {
    if (part.type === 'image') return [];
    const label = labelOf(part);
    if (part.type === 'text' && label === undefined) return [{ type: 'text', text: part.text }];
    const data: FileView = { label: label ?? 'file' };
    const hash = part.type === 'file' ? hashOf(part.data) : undefined;
    if (part.type === 'file' && hash !== undefined) Object.assign(data, { hash, mediaType: part.mediaType });
    return [{ type: 'data-file', data }];
  });
}

function hashOf(data: unknown): string | undefined {
  const text = data instanceof URL ? data.href : data;
  return typeof text === 'string' && text.startsWith('attachment:') ? hashIn(new URL(text)) : undefined;
}

const answerParts = ({ content }: AssistantModelMessage): AssistantPart[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

function partsOfAnswer(
  part: AssistantPart,
  fates: ReadonlyMap<string, Fate>,
  calls: ReadonlyMap<string, CallRecord>,
): Parts {
  switch (part.type) {
    case 'text':
      return part.text ? [{ type: 'text', text: part.text, state: 'done' }] : [];
    case 'reasoning':
      return part.text ? [{ type: 'reasoning', text: part.text, state: 'done' }] : [];
    case 'tool-call': {
      const record = calls.get(part.toolCallId);
      const shown = toolPart(part, fates.get(part.toolCallId), record);
      return record ? [shown, { type: 'data-call', id: part.toolCallId, data: callView(record) }] : [shown];
    }
    default:
      return [];
  }
}

/** A call in the state that the history says; a result that is not in it yet comes with the stream. */
function toolPart(
  { toolCallId, toolName, input }: ToolCall,
  fate: Fate | undefined,
  record: CallRecord | undefined,
): DynamicToolUIPart {
  const call = { type: 'dynamic-tool' as const, toolName, toolCallId, input };
  const id = fate?.approvalId;
  const answered = fate?.answered;
  if (fate?.ended && record?.state === 'denied') {
    const reason = record.reason || answered?.reason;
    const approval = { id: id ?? toolCallId, approved: false as const, ...(reason && { reason }) };
    return { ...call, state: 'output-denied', approval };
  }
  if (fate?.ended) {
    const output = outputView(record?.output ?? '', record?.isError ?? false);
    return { ...call, state: 'output-available', output };
  }
  if (id === undefined) return { ...call, state: 'input-available' };
  if (!answered) return { ...call, state: 'approval-requested', approval: { id } };
  return { ...call, state: 'approval-responded', approval: { id, ...answered } };
}
