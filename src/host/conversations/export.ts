import { storyAsMarkdown } from './markdown.ts';
import type { Story } from './replay.ts';
import type { ExportFormat } from './store.ts';
import { summaryOf } from './summaries.ts';

/**
 * A whole conversation as a text, what the model has forgotten included; attachments by name.
 * @param lost how many entries of its journal could not be read
 */
export function exportStory(story: Story, format: ExportFormat, lost: number): string {
  return format === 'markdown' ? storyAsMarkdown(story, lost) : storyAsJson(story, lost);
}

function storyAsJson(story: Story, lost: number): string {
  const { items, calls, spent } = story;
  const head = { format: 'directus-assistant conversation', version: 1, ...summaryOf(story) };
  return `${JSON.stringify({ ...head, lost, items, calls: [...calls.values()], spent }, null, 2)}\n`;
}
