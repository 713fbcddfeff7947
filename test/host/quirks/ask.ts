import { dynamicTool, isStepCount, jsonSchema, type LanguageModel, type ModelMessage, streamText } from 'ai';

/** What came of a request: what was shown, which calls ran, what went wrong. */
export type Answer = {
  text: string;
  reasoning: string;
  /** Calls that ran, with their arguments. */
  ran: [name: string, input: unknown][];
  ids: string[];
  errors: unknown[];
  finishReason: string;
  inputTokens: number | undefined;
};

/** Asks a model once, or for `steps` steps, with the two tools that the recordings call. */
export async function ask(
  model: LanguageModel,
  options: { messages?: ModelMessage[]; steps?: number; signal?: AbortSignal } = {},
): Promise<Answer> {
  const answer: Answer = {
    text: '',
    reasoning: '',
    ran: [],
    ids: [],
    errors: [],
    finishReason: 'none',
    inputTokens: undefined,
  };
  const note = (name: string, properties: Record<string, object>) =>
    dynamicTool({
      description: name,
      inputSchema: jsonSchema({ type: 'object', properties }),
      execute: async (input, { toolCallId }) => {
        answer.ran.push([name, input]);
        answer.ids.push(toolCallId);
        return 'done';
      },
    });
  const result = streamText({
    model,
    messages: options.messages ?? [{ role: 'user', content: 'hello' }],
    tools: {
      notes: note('notes', { action: { type: 'string' }, text: { type: 'string' } }),
      empty: note('empty', {}),
    },
    toolCallConcurrency: 1,
    stopWhen: isStepCount(options.steps ?? 1),
    maxRetries: 0,
    onError: () => {},
    ...(options.signal && { abortSignal: options.signal }),
  });
  for await (const part of result.stream) {
    if (part.type === 'text-delta') answer.text += part.text;
    else if (part.type === 'reasoning-delta') answer.reasoning += part.text;
    else if (part.type === 'error') answer.errors.push(part.error);
    else if (part.type === 'finish-step') {
      answer.finishReason = part.finishReason;
      answer.inputTokens = part.usage.inputTokens;
    }
  }
  return answer;
}
