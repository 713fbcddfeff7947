import type { Words } from '../grammar.ts';
import { call, type Plan } from '../plan.ts';

/** Calls one tool with one text: the round trip by which programs check that a model can use tools. */
export function* callTool({ tool = '', text = '' }: Words): Plan {
  const reply = yield* call({ tool, input: { text } });
  return `The tool said: ${reply.text}`;
}
