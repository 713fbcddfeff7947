import type { ModelMessage } from 'ai';
import { addUsage, noUsage } from '../costs/usage.ts';
import type { Story } from './replay.ts';
import type { ConversationSummary } from './store.ts';

const TITLE_LENGTH = 80;

/** A conversation as a list shows it. */
export function summaryOf(story: Story): ConversationSummary {
  const { id, createdAt, updatedAt, model, spent } = story;
  const said = saidIn(story);
  return {
    id,
    title: story.title ?? firstWords(said),
    createdAt,
    updatedAt,
    model,
    messages: said.length,
    usage: spent.reduce(addUsage, noUsage),
  };
}

/** What the person and the model said, results of tools left out. */
export function saidIn({ items }: Story): ModelMessage[] {
  return items.flatMap((item) =>
    item.type === 'message' && ['user', 'assistant'].includes(item.message.role) ? item.message : [],
  );
}

/** The text of a message, without what is attached, called or thought. */
export function textIn({ content }: ModelMessage): string {
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n');
}

function firstWords(said: ModelMessage[]): string {
  const text = said.map((message) => textIn(message).replace(/\s+/g, ' ').trim()).find((line) => line !== '');
  if (text === undefined) return 'Without words';
  // By characters, so that none is cut in two.
  const start = [...text.slice(0, 2 * TITLE_LENGTH)].slice(0, TITLE_LENGTH).join('');
  return start === text ? text : `${start.trimEnd()}…`;
}
