import { type Collection, fieldNamed, findCollection } from '../collection.ts';
import type { Words } from '../grammar.ts';
import { cell, counted, quote, table } from '../markdown.ts';
import { callAll, type Plan, pause } from '../plan.ts';
import type { Reply, Row } from '../reply.ts';
import { newestFirst, numberFrom, oldestFirst, read } from './read.ts';

/** Deletes several items by calls side by side, each of its own, so that each can be approved or not. */
export function* clear({ collection: word = '', count = '', order, ...words }: Words): Plan {
  // "The oldest drafts" are those of the stories, in a newsroom.
  const isDrafts = /^drafts?$/i.test(word);
  const collection = yield* findCollection(isDrafts ? 'articles' : word);
  const status = isDrafts ? 'draft' : words.status;
  const filter = status && { [fieldNamed(collection, 'status')]: { _eq: status.toLowerCase() } };
  const sort = order?.toLowerCase() === 'newest' ? newestFirst(collection) : oldestFirst(collection);
  const rows = yield* read(collection, { sort, limit: numberFrom(count), ...(filter && { filter }) });
  if (rows.length === 0) return `There are no such ${collection.name} that I can see. Nothing was deleted.`;

  const denied = new Set<unknown>();
  let due = rows;
  for (;;) {
    const replies = yield* removeAll(collection, due);
    for (const [row, { denied: isDenied }] of replies) if (isDenied) denied.add(row[collection.key]);
    const left = yield* stillThere(collection, rows);
    due = left.filter((row) => !denied.has(row[collection.key]));
    if (due.length === 0) return report(collection, rows, left);
    // What was cut off is simply made again.
    if (replies.some(([, { cut }]) => cut)) continue;
    const why = new Set(replies.flatMap(([, { words }]) => (words ? [quote(words)] : [])));
    yield* pause(
      `${due.length} of ${rows.length} are still there. I was told:\n\n${[...why].join('\n\n')}\n\n` +
        'Say `go on` and I try again.',
    );
  }
}

/** Each row with the reply to its call. */
function* removeAll(collection: Collection, rows: Row[]): Plan<[Row, Reply][]> {
  const steps = rows.map((row) => ({
    tool: collection.tool,
    input: { action: 'delete', ...collection.address, keys: [row[collection.key]] },
  }));
  const replies = yield* callAll(
    steps,
    `I delete ${counted(rows.length, 'item')} of \`${collection.name}\`.`,
  );
  return replies.flatMap((reply, index): [Row, Reply][] => {
    const row = rows[index];
    return row ? [[row, reply]] : [];
  });
}

function* stillThere(collection: Collection, rows: Row[]): Plan<Row[]> {
  const keys = rows.map((row) => row[collection.key]);
  return yield* read(collection, { filter: { [collection.key]: { _in: keys } }, limit: keys.length });
}

function report({ name, key, title }: Collection, rows: Row[], left: Row[]): string {
  const kept = new Set(left.map((row) => row[key]));
  const outcome = (row: Row) => (kept.has(row[key]) ? 'not approved, still there' : 'deleted');
  const shown = rows.map((row) => ({ ...row, outcome: outcome(row) }));
  const gone = rows.length - left.length;
  return (
    `Deleted ${gone} of ${counted(rows.length, 'item')} of \`${cell(name)}\`, as read back from Directus:\n\n` +
    `${table(shown, [key, ...(title ? [title] : []), 'outcome'])}`
  );
}
