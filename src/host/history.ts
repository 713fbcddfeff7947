import type {
  AssistantModelMessage,
  ModelMessage,
  TextStreamPart,
  ToolCallPart,
  ToolModelMessage,
  ToolSet,
} from 'ai';
import { type ModelOutput, textOf, toModelOutput } from './mcp/output.ts';

type AssistantPart = Exclude<AssistantModelMessage['content'], string>[number];
type Metadata = Extract<TextStreamPart<ToolSet>, { type: 'text-end' }>['providerMetadata'];

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

/** What was heard of a step that has not ended: without it a stopped or failed answer would be lost. */
export type Recorder = {
  see(part: TextStreamPart<ToolSet>): void;
  reset(): void;
  /** The step so far, leaving out results that are already in `known`. */
  messages(known: readonly ModelMessage[]): ModelMessage[];
};

export function createRecorder(): Recorder {
  let parts: AssistantPart[] = [];
  let results: { toolCallId: string; toolName: string; output: ModelOutput }[] = [];
  const texts = new Map<string, { text: string; whole: boolean; metadata?: Metadata; at: number }>();
  // Thinking is signed by some providers, and half of it would be refused.
  const kept = (part: AssistantPart): boolean =>
    part.type === 'tool-call' || (part.type === 'text' && part.text !== '');

  return {
    see(part) {
      switch (part.type) {
        case 'text-start':
        case 'reasoning-start':
          texts.set(part.id, { text: '', whole: false, at: parts.length });
          parts.push({ type: 'text', text: '' });
          break;
        case 'text-delta':
        case 'reasoning-delta':
          append(part.id, part.text, part.type === 'text-delta');
          break;
        case 'reasoning-end':
          finishReasoning(part.id, part.providerMetadata);
          break;
        case 'tool-call':
          parts.push({
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
    },
    reset() {
      parts = [];
      results = [];
      texts.clear();
    },
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
    if (isAnswer) parts[open.at] = { type: 'text', text: open.text };
  }

  function finishReasoning(id: string, metadata: Metadata): void {
    const open = texts.get(id);
    if (!open) return;
    parts[open.at] = { type: 'reasoning', text: open.text, ...(metadata && { providerOptions: metadata }) };
  }
}

const resultIds = (messages: readonly ModelMessage[]): string[] =>
  messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? []
      : content.flatMap((part) => (part.type === 'tool-result' ? [part.toolCallId] : [])),
  );
