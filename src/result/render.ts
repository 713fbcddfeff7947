import { randomBytes } from 'node:crypto';
import type { ContentBlock } from '@modelcontextprotocol/server';
import { fitToBudget } from './budget.ts';
import type { Reply } from './reply.ts';

/**
 * Turns a reply into what the model reads: first our own words, then what people wrote in Directus inside one
 * block whose mark no content can forge. Cuts to the budget, and says how to read the rest.
 * @param budget tokens the whole may cost
 */
export function render(reply: Reply, budget: number): ContentBlock[] {
  const content: ContentBlock[] = [];
  const text = [reply.text, ...renderData(reply, Math.min(reply.maxTokens ?? budget, budget))]
    .filter(Boolean)
    .join('\n');
  if (text) content.push({ type: 'text', text });
  if (reply.media) {
    const { type, mimeType, base64 } = reply.media;
    content.push({ type, mimeType, data: base64 });
  }
  return content.length > 0 ? content : [{ type: 'text', text: '{}' }];
}

function renderData(reply: Reply, budget: number): string[] {
  const info = { ...reply.info };
  if (reply.data === undefined) return Object.keys(info).length > 0 ? [JSON.stringify(info)] : [];

  const { text, shown, cut } = fitToBudget(reply.data, budget, reply.textOffset);
  const total = Array.isArray(reply.data) ? reply.data.length : undefined;
  if (shown !== undefined && total !== undefined && (shown < total || reply.page?.more)) {
    info.shown = shown;
    info.more = reply.page
      ? `next: query.offset ${reply.page.offset + shown}`
      : `${total - shown} more, ask for fewer fields`;
  }
  if (cut) {
    info.cut = `long texts in ${cut.fields.join(', ')}: read on with one key, query.fields and textOffset ${cut.at}`;
  }
  const mark = `data-${randomBytes(4).toString('hex')}`;
  return [...(Object.keys(info).length > 0 ? [JSON.stringify(info)] : []), `<${mark}>`, text, `</${mark}>`];
}
