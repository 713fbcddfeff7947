import { randomUUID } from 'node:crypto';
import * as z from 'zod';

/** The part of an OpenAI chat completion request that the demo model reads; everything else is let through. */
const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part)]).nullish();

const toolCall = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

const message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.enum(['system', 'developer']), content }),
  z.looseObject({ role: z.literal('user'), content }),
  z.looseObject({ role: z.literal('assistant'), content, tool_calls: z.array(toolCall).nullish() }),
  z.looseObject({ role: z.literal('tool'), tool_call_id: z.string(), content }),
]);

const offeredTool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string(),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
});

export const chatRequest = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z.array(offeredTool).nullish(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

export type ChatRequest = z.output<typeof chatRequest>;
export type Message = z.output<typeof message>;
export type OfferedTool = z.output<typeof offeredTool>['function'];

/** A call of an offered tool. */
export type ToolCall = { name: string; input: Record<string, unknown> };

/** What the model says next, and calls side by side. */
export type Answer = { text: string; calls: ToolCall[] };

export type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number };

/** The text of a message, whichever of the two shapes it has. */
export function textOf(of: Message['content']): string {
  if (typeof of === 'string') return of;
  return (of ?? []).flatMap(({ text }) => (text === undefined ? [] : [text])).join('\n');
}

/** The whole answer as one `chat.completion` object. */
export function completion(model: string, answer: Answer, usage: Usage): object {
  const message = {
    role: 'assistant',
    content: answer.text || null,
    ...(answer.calls.length > 0 && { tool_calls: answer.calls.map(call) }),
  };
  return {
    ...head('chat.completion', model),
    choices: [{ index: 0, message, finish_reason: finishReason(answer) }],
    usage,
  };
}

/** The answer as `chat.completion.chunk` objects, in the order they are sent. */
export function* chunks(
  model: string,
  answer: Answer,
  usage: Usage,
  includeUsage: boolean,
): Generator<object> {
  const shared = head('chat.completion.chunk', model);
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...shared,
    choices: [{ index: 0, delta, finish_reason }],
    ...(includeUsage && { usage: null }),
  });
  yield chunk({ role: 'assistant', content: answer.text ? '' : null });
  for (const content of pieces(answer.text)) yield chunk({ content });
  for (const [index, each] of answer.calls.entries()) {
    const whole = call(each);
    yield chunk({ tool_calls: [{ index, ...whole, function: { ...whole.function, arguments: '' } }] });
    for (const text of pieces(whole.function.arguments)) {
      yield chunk({ tool_calls: [{ index, function: { arguments: text } }] });
    }
  }
  yield chunk({}, finishReason(answer));
  if (includeUsage) yield { ...shared, choices: [], usage };
}

/** An error in the shape that OpenAI's API gives it. */
export function errorBody(message: string, type = 'invalid_request_error', code: string | null = null) {
  return { error: { message, type, param: null, code } };
}

function head(object: string, model: string) {
  return { id: `chatcmpl-${randomUUID()}`, object, created: Math.floor(Date.now() / 1000), model };
}

function call({ name, input }: ToolCall) {
  // Nine letters and digits are what the strictest of the compatible servers accept.
  const id = randomUUID().replaceAll('-', '').slice(0, 9);
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

function finishReason(answer: Answer): string {
  return answer.calls.length > 0 ? 'tool_calls' : 'stop';
}

/** Splits text into word-sized pieces that join to the same text. */
function pieces(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? [];
}
