import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { usageShape } from '../costs/usage.ts';
import { writeWhole } from './durable.ts';
import { isId } from './ids.ts';
import { readJournalFile } from './journal-file.ts';
import { readStory } from './replay.ts';
import type { ConversationSummary } from './store.ts';
import { summaryOf } from './summaries.ts';

/** The name of a conversation's journal in its folder. */
export const JOURNAL = 'journal.jsonl';

const count = z.number();
const summary = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  model: z.string().optional(),
  messages: count,
  usage: z.object(usageShape),
});

/** A summary, and the journal it was made of. */
const known = z.object({ size: count, mtimeMs: count, summary });
const index = z.object({ version: z.literal(1), conversations: z.record(z.string(), known) });
type Known = { size: number; mtimeMs: number; summary: ConversationSummary };

/**
 * Summaries of all conversations in a folder in which something was said, in no order. Journals that have not changed
 * since the last time are not read: `index.json` has their summaries, and is made anew when it is missing or broken.
 */
export async function readSummaries(root: string): Promise<ConversationSummary[]> {
  const file = join(root, 'index.json');
  const before = await readIndex(file);
  const after = new Map<string, Known>();
  const ids = (await readdir(root).catch(() => [])).filter(isId);
  const journals = await Promise.all(ids.map((id) => stat(join(root, id, JOURNAL)).catch(() => undefined)));
  let changed = false;
  for (const [position, id] of ids.entries()) {
    const journal = journals[position];
    if (!journal) continue;
    const { size, mtimeMs } = journal;
    const old = before.get(id);
    if (old?.size === size && old.mtimeMs === mtimeMs) {
      after.set(id, old);
      continue;
    }
    changed = true;
    // Removed meanwhile, or not ours to read: then it is not in the list.
    const text = await readJournalFile(join(root, id, JOURNAL)).catch(() => undefined);
    if (text) after.set(id, { size, mtimeMs, summary: summaryOf(readStory(id, text.entries)) });
  }
  if (changed || after.size !== before.size) await writeIndex(file, after);
  return [...after.values()].flatMap(({ summary }) => (summary.messages > 0 ? summary : []));
}

async function readIndex(file: string): Promise<Map<string, Known>> {
  try {
    const { conversations } = index.parse(JSON.parse(await readFile(file, 'utf8')));
    return new Map(Object.entries(conversations));
  } catch {
    return new Map();
  }
}

/** Without an index, the next list takes longer: no reason to have none now. */
async function writeIndex(file: string, known: Map<string, Known>): Promise<void> {
  const conversations = Object.fromEntries(known);
  await writeWhole(file, JSON.stringify({ version: 1, conversations })).catch(() => {});
}
