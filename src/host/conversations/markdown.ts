import type { ModelMessage, ToolCallPart } from 'ai';
import type { CallRecord } from '../call-record.ts';
import { costText, tokensText } from '../costs/words.ts';
import { type ModelOutput, textOf, textOfOutput } from '../mcp/output.ts';
import { fenced, inline, quoted } from './markdown-safe.ts';
import type { Story, StoryItem } from './replay.ts';
import { summaryOf } from './summaries.ts';

type Parts = Exclude<ModelMessage['content'], string>;
type Part = Parts[number];

/** A conversation for people to read: who said what, and what was called, folded away. */
export function storyAsMarkdown(story: Story, lost: number): string {
  const { title, createdAt, updatedAt, model, usage } = summaryOf(story);
  const facts = [
    `Begun ${when(createdAt)}`,
    `last used ${when(updatedAt)}`,
    ...(model ? [`model ${inline(model)}`] : []),
    `${tokensText(usage)} tokens`,
    ...(usage.cost === undefined ? [] : [costText(usage)]),
  ];
  const results = resultsIn(story.items);
  const blocks = story.items.flatMap((item) => blocksOf(item, story.calls, results));
  const note = `*${lost} ${lost === 1 ? 'entry' : 'entries'} of this conversation could not be read.*`;
  return `${[`# ${inline(title)}`, `${facts.join(', ')}.`, ...(lost > 0 ? [note] : []), ...blocks].join('\n\n')}\n`;
}

const when = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

type Calls = ReadonlyMap<string, CallRecord>;
type Results = ReadonlyMap<string, ModelOutput>;

function resultsIn(items: readonly StoryItem[]): Results {
  const parts = items.flatMap((item) => (item.type === 'message' ? partsOf(item.message) : []));
  return new Map(
    parts.flatMap((part) => (part.type === 'tool-result' ? [[part.toolCallId, part.output]] : [])),
  );
}

const partsOf = ({ content }: ModelMessage): Part[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

function blocksOf(item: StoryItem, calls: Calls, results: Results): string[] {
  switch (item.type) {
    case 'cleared':
      return ['---', `*Cleared ${when(item.at)}: the model knows nothing of what is above.*`];
    case 'model':
      return [`*Went on with ${inline(item.model)}.*`];
    case 'summarised': {
      const { messages, text } = item.summary;
      return [folded(`For the model, a summary stands for the first ${messages} messages`, quoted(text))];
    }
    case 'message':
      return messageBlocks(item.message, item.at, calls, results);
  }
}

const SPEAKERS: Partial<Record<ModelMessage['role'], string>> = { user: 'Person', assistant: 'Model' };

function messageBlocks(message: ModelMessage, at: string, calls: Calls, results: Results): string[] {
  const speaker = SPEAKERS[message.role];
  const blocks = partsOf(message).flatMap((part) => partBlock(part, calls, results) ?? []);
  return speaker && blocks.length > 0 ? [`## ${speaker}, ${when(at)}`, ...blocks] : [];
}

function partBlock(part: Part, calls: Calls, results: Results): string | undefined {
  switch (part.type) {
    case 'text':
      return part.text.trim() === '' ? undefined : quoted(part.text);
    case 'reasoning':
      return part.text.trim() === '' ? undefined : folded('Thinking', quoted(part.text));
    case 'image':
      return `*Attached: an image${part.mediaType ? ` (${inline(part.mediaType)})` : ''}.*`;
    case 'file':
      return `*Attached: ${inline(part.filename ?? 'a file')} (${inline(part.mediaType)}).*`;
    case 'tool-call':
      return callBlock(part, calls.get(part.toolCallId), results.get(part.toolCallId));
    default:
      return undefined;
  }
}

function callBlock(
  part: ToolCallPart,
  call: CallRecord | undefined,
  result: ModelOutput | undefined,
): string {
  const name = call ? [call.server, call.tool, call.action].filter(Boolean).join(' ') : part.toolName;
  const state = [call?.state ?? 'called', ...(call?.ms === undefined ? [] : [`${call.ms} ms`])].join(', ');
  const output = call?.output === undefined ? result && textOfOutput(result) : textOf(call.output);
  return folded(
    `Call: ${inline(name)} (${state})`,
    'Arguments',
    fenced(JSON.stringify(part.input, null, 2) ?? '', 'json'),
    ...(call?.reason ? ['Reason', quoted(call.reason)] : []),
    ...(output === undefined ? [] : ['Result', fenced(output)]),
  );
}

const folded = (summary: string, ...blocks: string[]): string =>
  [`<details>\n<summary>${summary}</summary>`, ...blocks, '</details>'].join('\n\n');
