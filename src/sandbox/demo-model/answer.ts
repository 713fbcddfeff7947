import { readConversation } from './conversation.ts';
import { grammar, match, type Rule } from './grammar.ts';
import { orders } from './obedient.ts';
import { nextMove } from './replay.ts';
import { openToolbox, type Toolbox } from './toolbox.ts';
import type { Answer, ChatRequest } from './wire.ts';

const NOTICE =
  '*I am the demo model: a script that stands in until you choose a real one. I follow a few written requests, and ' +
  'really call the tools. A model is chosen in Settings > Providers of the pages; or in a terminal, where ' +
  '`directus-assistant chat --base-url URL --model ID` takes any OpenAI-compatible server (Ollama, LM Studio, ' +
  'OpenRouter), and `--model anthropic/MODEL` takes the key in `ANTHROPIC_API_KEY`.*';

/**
 * Decides from the history alone what comes next: words, tool calls, or both.
 * @param obedient whether it first carries out whatever order it reads, see `obedient.ts`
 */
export function decide(request: ChatRequest, obedient = false): Answer {
  const conversation = readConversation(request.messages);
  const toolbox = openToolbox(
    request.tool_choice === 'none' ? [] : (request.tools ?? []).map((tool) => tool.function),
  );
  const ordered = obedient ? notYetCalled(request, toolbox) : [];
  if (ordered.length > 0) return { text: '', calls: ordered };
  const found = match(conversation.request);
  const earlier = conversation.before.map(({ reply, ...call }) => ({ ...toolbox.unwire(call), reply }));
  const answer = found
    ? nextMove(found.rule.plan(found.words, earlier), conversation, toolbox)
    : { text: help(conversation.request), calls: [] };
  return {
    text: answer.text && !conversation.hasSpoken ? `${NOTICE}\n\n${answer.text}` : answer.text,
    calls: request.parallel_tool_calls === false ? answer.calls.slice(0, 1) : answer.calls,
  };
}

/** Calls that were ordered, by whomever, and have not been made. */
function notYetCalled({ messages }: ChatRequest, toolbox: Toolbox): Answer['calls'] {
  const made = messages.flatMap((message) =>
    message.role === 'assistant' ? (message.tool_calls ?? []).map((call) => call.function.arguments) : [],
  );
  const calls = orders(messages).map((step) => toolbox.wire(step));
  return calls.filter(({ input }) => !made.includes(JSON.stringify(input)));
}

function help(request: string): string {
  const asked = /^(help|hi|hello|hey|what can you do)\b/i.test(request);
  const lead = asked || request === '' ? 'I can:' : 'I am scripted and do not understand that. I can:';
  const lines = grammar.map(({ form, example }: Rule) => `- ${form}, as in: \`${example}\``);
  return [lead, '', ...lines, '', 'After one of these, "it" means the item we last spoke of.'].join('\n');
}
