import { randomBytes } from 'node:crypto';
import type { ContentBlock } from '@modelcontextprotocol/server';
import { type Fitted, fitToBudget } from './budget.ts';
import type { Reply } from './reply.ts';
import { estimateTokens } from './tokens.ts';

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
  if (reply.media) content.push(blockOf(reply.media));
  return content.length > 0 ? content : [{ type: 'text', text: '{}' }];
}

function blockOf(media: NonNullable<Reply['media']>): ContentBlock {
  const { mimeType, base64 } = media;
  return media.type === 'resource'
    ? { type: 'resource', resource: { uri: media.uri, mimeType, blob: base64 } }
    : { type: media.type, mimeType, data: base64 };
}

/** Tokens that the marks and the words on what was cut cost at most, as far as the budget has room for them. */
const FRAME = 150;
const MARKS = 24;

function renderData(reply: Reply, budget: number): string[] {
  const said = reply.info ? fitToBudget(reply.info, budget / 4) : undefined;
  const info: Record<string, unknown> = { ...(said ? JSON.parse(said.text) : {}), ...reply.kept };
  if (reply.data === undefined) return Object.keys(info).length > 0 ? [JSON.stringify(info)] : [];

  const room = budget - MARKS - (said ? estimateTokens(JSON.stringify(info)) : 0);
  const fitted = fitWithWords(reply, room);
  Object.assign(info, howToReadOn(reply, fitted));
  return [...(Object.keys(info).length > 0 ? [JSON.stringify(info)] : []), ...inBlock(fitted.text)];
}

/** Leaves room for the words on what was cut, unless the whole fits just without them. */
function fitWithWords(reply: Reply, room: number): Fitted {
  const isWhole = ({ cut, shortened, shown }: Fitted) => !cut && !shortened && shown === totalOf(reply);
  const fitted = fitToBudget(reply.data, Math.max(room - FRAME, room / 2), reply.textOffset);
  if (isWhole(fitted) || reply.page?.more) return fitted;
  const whole = fitToBudget(reply.data, room, reply.textOffset);
  return isWhole(whole) ? whole : fitted;
}

/** What people wrote, between lines that it cannot forge: the mark is made after it. */
export function inBlock(text: string): string[] {
  const mark = `data-${randomBytes(4).toString('hex')}`;
  return [`<${mark}>`, text, `</${mark}>`];
}

function totalOf({ data }: Reply): number | undefined {
  return Array.isArray(data) ? data.length : undefined;
}

function howToReadOn(reply: Reply, { shown, cut, shortened }: Fitted): Record<string, unknown> {
  const info: Record<string, unknown> = {};
  const total = totalOf(reply);
  if (shown !== undefined && total !== undefined && (shown < total || reply.page?.more)) {
    info.shown = shown;
    info.more = reply.page
      ? `next: query.offset ${reply.page.offset + shown}`
      : `${total - shown} more, ask for fewer fields`;
  }
  if (cut) {
    info.cut =
      reply.textOffset === undefined
        ? `long texts in ${namesOf(cut.fields)}: ask for fewer rows or fields`
        : `long texts in ${namesOf(cut.fields)}: read on with ${Array.isArray(reply.data) ? 'one key, query.fields and ' : ''}textOffset ${cut.at}`;
  }
  if (shortened) {
    info.shortened = `lists in ${namesOf(shortened.fields)} to ${shortened.to} entries: ask for fewer rows or fields`;
  }
  return info;
}

const MOST_NAMES = 8;

/** Names of fields. Keys inside JSON are content: what does not look like a name is not repeated among our words. */
function namesOf(paths: string[]): string {
  const names = paths.map((path) => {
    const parts = path.split('.');
    const odd = parts.findIndex((part) => !/^\w{1,64}$/.test(part));
    return (odd < 0 ? parts : parts.slice(0, odd)).slice(0, 4).join('.') || 'the data';
  });
  const unique = [...new Set(names)];
  return unique.length > MOST_NAMES
    ? `${unique.slice(0, MOST_NAMES).join(', ')} and ${unique.length - MOST_NAMES} others`
    : unique.join(', ');
}
