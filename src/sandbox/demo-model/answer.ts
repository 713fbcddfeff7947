import { readConversation } from './conversation.ts';
import { grammar, match, type Rule } from './grammar.ts';
import { nextStep } from './plan.ts';
import { openToolbox } from './toolbox.ts';
import type { Answer, ChatRequest } from './wire.ts';

const NOTICE =
  '*I am the demo model: a script that stands in until you choose a real one. I follow a few written requests, and ' +
  'really call the tools. To choose a model: `directus-assistant chat --base-url URL --model ID` takes any ' +
  'OpenAI-compatible server (Ollama, LM Studio, OpenRouter); with `ANTHROPIC_API_KEY` set, or the key of OpenAI or ' +
  'Google, it is `directus-assistant chat --model anthropic/MODEL`.*';

/** Decides from the history alone what comes next: a tool call, or words. */
export function decide(request: ChatRequest): Answer {
  const conversation = readConversation(request.messages);
  const toolbox = openToolbox(
    request.tool_choice === 'none' ? [] : (request.tools ?? []).map((tool) => tool.function),
  );
  const found = match(conversation.request);
  const answer: Answer = found
    ? nextStep(found.rule.plan(found.words, conversation.before.map(toolbox.unwire)), conversation, toolbox)
    : { kind: 'text', text: help(conversation.request) };
  if (answer.kind === 'text' && !conversation.hasSpoken) {
    return { kind: 'text', text: `${NOTICE}\n\n${answer.text}` };
  }
  return answer;
}

function help(request: string): string {
  const asked = /^(help|hi|hello|hey|what can you do)\b/i.test(request);
  const lead = asked || request === '' ? 'I can:' : 'I am scripted and do not understand that. I can:';
  const lines = grammar.map(({ form, example }: Rule) => `- ${form}, as in: \`${example}\``);
  return [lead, '', ...lines, '', 'After one of these, "it" means the item we last spoke of.'].join('\n');
}
