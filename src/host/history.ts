import type {
  AssistantModelMessage,
  ModelMessage,
  TextStreamPart,
  ToolCallPart,
  ToolModelMessage,
  ToolSet,
} from 'ai';
import type { HeardPart } from './conversations/journal.ts';
import { type ModelOutput, textOf, toModelOutput } from './mcp/output.ts';

type AssistantPart = Exclude<AssistantModelMessage['content'], string>[number];
type Metadata = Extract<TextStreamPart<ToolSet>, { type: 'text-end' }>['providerMetadata'];

/** Ids of the calls in a message. */
export function callIds({ content }: ModelMessage): string[] {
  if (typeof content === 'string') return [];
  return content.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []));
}

/** Calls in a history that have no result yet. */
export function openCalls(messages: readonly ModelMessage[]): ToolCallPart[] {
  const open = new Map<string, ToolCallPart>();
  for (const { role, content } of messages) {
    if (typeof content === 'string') continue;
    for (const part of content) {
      if (role === 'assistant' && part.type === 'tool-call') open.set(part.toolCallId, part);
      if (part.type === 'tool-result') open.delete(part.toolCallId);
    }
  }
  return [...open.values()];
}

/** Approvals that were asked for in a history and not given or refused yet. */
export function openApprovals(
  messages: readonly ModelMessage[],
): { approvalId: string; call: ToolCallPart }[] {
  const calls = new Map(openCalls(messages).map((call) => [call.toolCallId, call]));
  const asked = new Map<string, ToolCallPart>();
  for (const { content } of messages) {
    for (const part of typeof content === 'string' ? [] : content) {
      if (part.type === 'tool-approval-response') asked.delete(part.approvalId);
      if (part.type !== 'tool-approval-request' || part.isAutomatic) continue;
      const call = calls.get(part.toolCallId);
      if (call) asked.set(part.approvalId, call);
    }
  }
  return [...asked].map(([approvalId, call]) => ({ approvalId, call }));
}

/** Gives calls without a result one, because no endpoint takes a history with open calls. */
export function closeCalls(
  messages: readonly ModelMessage[],
  outputFor: (call: ToolCallPart) => ModelOutput | undefined,
): ModelMessage[] {
  const content = openCalls(messages).flatMap((call): ToolModelMessage['content'] => {
    const output = outputFor(call);
    const { toolCallId, toolName } = call;
    return output ? [{ type: 'tool-result', toolCallId, toolName, output }] : [];
  });
  return content.length > 0 ? [...messages, { role: 'tool', content }] : [...messages];
}

/** A text is written down at least this often while it comes. */
const TELL_MS = 2000;

/** A text or a thought that is coming: how much of it was told, and its place in the answer. */
type OpenText = { text: string; told: number; toldAt: number; at: number };

/** What was heard of a step that has not ended: without it a stopped or failed answer would be lost. */
export type Recorder = {
  /** Lets a stream pass and listens. */
  listener(): TransformStream<TextStreamPart<ToolSet>, TextStreamPart<ToolSet>>;
  /** The step so far, leaving out results that are already in `known`. */
  messages(known: readonly ModelMessage[]): ModelMessage[];
};

/**
 * @param heard told of each part that is finished, and of a text every few seconds, so that it can be written down
 */
export function createRecorder(heard: (part: HeardPart) => void): Recorder {
  let parts: AssistantPart[] = [];
  let results: { toolCallId: string; toolName: string; output: ModelOutput }[] = [];
  const texts = new Map<string, OpenText>();
  // Thinking is signed by some providers, and half of it would be refused.
  const kept = (part: AssistantPart): boolean =>
    part.type === 'tool-call' || (part.type === 'text' && part.text !== '');

  function see(part: TextStreamPart<ToolSet>): void {
    switch (part.type) {
      case 'start-step':
      case 'finish-step':
        parts = [];
        results = [];
        texts.clear();
        break;
      case 'text-start':
      case 'reasoning-start':
        texts.set(part.id, { text: '', told: 0, toldAt: performance.now(), at: parts.length });
        parts.push({ type: 'text', text: '' });
        break;
      case 'text-delta':
      case 'reasoning-delta':
        append(part.id, part.text, part.type === 'text-delta');
        break;
      case 'text-end':
        tellText(part.id);
        break;
      case 'reasoning-end':
        finishReasoning(part.id, part.providerMetadata);
        break;
      case 'tool-call':
        add({
          type: 'tool-call',
          toolCallId: part.toolCallId,
          toolName: part.toolName,
          // Arguments that did not parse are a text, and a history takes only objects.
          input: part.invalid && typeof part.input !== 'object' ? {} : part.input,
          ...(part.providerMetadata && { providerOptions: part.providerMetadata }),
        });
        break;
      case 'tool-result':
        if (!part.preliminary) results.push({ ...part, output: toModelOutput(part.output) });
        break;
      case 'tool-error':
        results.push({ ...part, output: { type: 'error-text', value: textOf(part.error) } });
        break;
      default:
    }
  }

  return {
    listener: () =>
      new TransformStream({
        transform(part, controller) {
          see(part);
          controller.enqueue(part);
        },
      }),
    messages(known) {
      const ids = new Set(resultIds(known));
      const content = parts.filter((part) => kept(part) || part.type === 'reasoning');
      const tool = results
        .filter(({ toolCallId }) => !ids.has(toolCallId))
        .map(({ toolCallId, toolName, output }) => ({
          type: 'tool-result' as const,
          toolCallId,
          toolName,
          output,
        }));
      return [
        ...(content.some(kept) ? [{ role: 'assistant' as const, content }] : []),
        ...(tool.length > 0 ? [{ role: 'tool' as const, content: tool }] : []),
      ];
    },
  };

  function append(id: string, text: string, isAnswer: boolean): void {
    const open = texts.get(id);
    if (!open) return;
    open.text += text;
    if (!isAnswer) return;
    parts[open.at] = { type: 'text', text: open.text };
    if (performance.now() - open.toldAt > TELL_MS) tellText(id);
  }

  function add(part: Exclude<HeardPart, { type: 'text' }>): void {
    parts.push(part);
    heard(part);
  }

  /** What has come of a text since it was told last. */
  function tellText(id: string): void {
    const open = texts.get(id);
    if (!open || open.told === open.text.length) return;
    heard({ type: 'text', id, text: open.text.slice(open.told) });
    open.told = open.text.length;
    open.toldAt = performance.now();
  }

  function finishReasoning(id: string, metadata: Metadata): void {
    const open = texts.get(id);
    if (!open) return;
    const part = {
      type: 'reasoning' as const,
      text: open.text,
      ...(metadata && { providerOptions: metadata }),
    };
    parts[open.at] = part;
    heard(part);
  }
}

const resultIds = (messages: readonly ModelMessage[]): string[] =>
  messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? []
      : content.flatMap((part) => (part.type === 'tool-result' ? [part.toolCallId] : [])),
  );
