import * as z from 'zod';
import type { Reader } from '../directus/connection.ts';
import { parseEntry } from '../host/conversations/entries.ts';
import type { JournalEntry } from '../host/conversations/journal.ts';
import type { Story } from '../host/conversations/replay.ts';
import type { ConversationSummary } from '../host/conversations/store.ts';
import { summaryOf } from '../host/conversations/summaries.ts';
import { noUsage, usageShape } from '../host/costs/usage.ts';
import { ENTRIES } from './layout.ts';
import { join } from './pieces.ts';
import { readRows } from './rows.ts';

/** A row of `assistant_conversations`. */
export type Head = {
  id: string;
  /** As given; null while it has none. */
  title: string | null;
  /** The first words that were said. */
  words: string | null;
  model: string | null;
  /** Milliseconds since 1970; some databases give large numbers as texts. */
  created: number | string;
  updated: number | string;
  messages: number;
  /** JSON. */
  usage: string | null;
};

/** A row of `assistant_entries`: an entry, or a piece of one. */
export type EntryRow = {
  /** `CONVERSATION:N`: of two that write the same N, the database takes one. */
  id: string;
  conversation: string;
  user: string;
  n: number;
  /** Who had the conversation open. */
  writer: string;
  part: number;
  parts: number;
  entry: string;
};

/** What of a head follows from the journal. */
export function headOf(story: Story): Partial<Head> {
  const {
    title: words,
    updatedAt: updated,
    model = null,
    messages,
    usage,
  } = summaryOf({ ...story, title: undefined });
  return { words, updated: Date.parse(updated), model, messages, usage: JSON.stringify(usage) };
}

const usage = z.object(usageShape);

const timeOf = (ms: number | string): string => new Date(Number(ms)).toISOString();

export function summaryFrom(head: Head): ConversationSummary {
  return {
    id: head.id,
    title: head.title ?? head.words ?? '',
    createdAt: timeOf(head.created),
    updatedAt: timeOf(head.updated),
    model: head.model ?? undefined,
    messages: head.messages,
    usage: usageIn(head.usage) ?? noUsage,
  };
}

function usageIn(text: string | null): ConversationSummary['usage'] | undefined {
  try {
    return usage.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** A journal as it is in Directus. */
export type ReadEntries = {
  entries: JournalEntry[];
  /** Numbers of what is missing or is no entry. */
  lost: number[];
  /** The number of the next row. */
  next: number;
};

export async function readEntries(directus: Reader, id: string, user: string): Promise<ReadEntries> {
  const rows = await readRows<EntryRow>(directus, ENTRIES, {
    filter: { conversation: { _eq: id }, user: { _eq: user } },
    fields: ['n', 'part', 'parts', 'entry'],
    sort: ['n'],
  });
  const numbers = new Set(rows.map(({ n }) => n));
  const next = Math.max(0, ...numbers) + 1;
  const lost = Array.from({ length: next - 1 }, (_, index) => index + 1).filter((n) => !numbers.has(n));
  const entries: JournalEntry[] = [];
  for (const { text, last } of join(rows.map(asPiece))) {
    const entry = parseEntry(text);
    if (entry === 'broken') lost.push(last.n);
    else if (entry !== 'unknown') entries.push(entry);
  }
  return { entries, lost, next };
}

export const asPiece = (row: EntryRow) => ({ ...row, text: row.entry });
