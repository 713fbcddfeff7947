import { type Collection, fieldNamed, findCollection } from '../collection.ts';
import type { Words } from '../grammar.ts';
import { counted, table } from '../markdown.ts';
import { ask, type Plan, pause, settle, Tell, whyNot } from '../plan.ts';
import { type Row, rowsOf } from '../reply.ts';
import { summaryOf } from '../summary.ts';
import { newestFirst, numberFrom, read } from './read.ts';

/** Items that are read at once with their texts. */
const PAGE = 5;
/** Items after which a word is said. */
const OFTEN = 10;
/** Small enough that a host does not put it aside while the work goes on. */
const MOST_TOKENS = 900;
const SHOWN = 5;

type Job = { collection: Collection; field: string; total: number };
type Outcome = 'written' | 'right already' | 'not approved' | 'without a text to go by';
type Item = { row: Row; outcome: Outcome; summary?: string };

/** Writes a summary for each of the newest items: reads a page of them, then makes one update per item. */
export function* summarise({ collection: word = '', count = '', field: asked = '' }: Words): Plan {
  const collection = yield* findCollection(word);
  const field = fieldNamed(collection, asked);
  if (!/^(string|text)$/.test(collection.fields.get(field)?.type ?? ''))
    throw new Tell(`\`${field}\` of \`${collection.name}\` does not hold text.`);
  const job = { collection, field, total: numberFrom(count) };
  const items: Item[] = [];
  for (;;) {
    const rows = yield* page(job, items.length, PAGE, textsOf(collection));
    for (const row of rows) items.push(yield* oneItem(job, row, items.length));
    if (rows.length === 0 || items.length >= job.total) return yield* report(job, items);
  }
}

/** The next items; fewer than asked for where they are long. */
function* page(job: Job, offset: number, most: number, also: string[] = []): Plan<Row[]> {
  const { collection, field, total } = job;
  const { key, title, tool, address } = collection;
  const fields = [...new Set([key, ...(title ? [title] : []), field, ...also])];
  const limit = Math.min(most, total - offset);
  const query = { fields, sort: newestFirst(collection), limit, offset };
  const small = tool === 'items' && { maxTokens: MOST_TOKENS };
  const { data } = yield* ask(tool, { action: 'read', ...address, query, ...small });
  return rowsOf(data);
}

const textsOf = ({ fields }: Collection): string[] =>
  [...fields].flatMap(([name, { type }]) => (type === 'text' ? [name] : []));

function* oneItem(job: Job, row: Row, before: number): Plan<Item> {
  const { collection, field, total } = job;
  const key = row[collection.key];
  const summary = summaryFor(job, row);
  if (summary === undefined) return { row, outcome: 'without a text to go by' };
  if (row[field] === summary) return { row, outcome: 'right already', summary };
  const input = { action: 'update', ...collection.address, keys: [key], data: { [field]: summary } };
  const step = { tool: collection.tool, input };
  const isDone = function* () {
    const [now] = yield* read(collection, { filter: { [collection.key]: { _eq: key } }, limit: 1 }, [field]);
    return now?.[field] === summary;
  };
  for (;;) {
    const reply = yield* settle(step, isDone, before % OFTEN === 0 ? progress(job, before) : undefined);
    if (!reply.failed) return { row, outcome: 'written', summary };
    const then = reply.denied ? 'do the others' : 'try again';
    yield* pause(
      `${whyNot(step, reply)}\n\n${before} of ${total} were done before it. Say \`go on\` and I ${then}.`,
    );
    if (reply.denied) return { row, outcome: 'not approved' };
  }
}

/** The longest text of an item tells what it is about. */
function summaryFor({ collection, field }: Job, row: Row): string | undefined {
  const texts = textsOf(collection).flatMap((name) => (name === field ? [] : [String(row[name] ?? '')]));
  const [text = ''] = texts.toSorted((a, b) => b.length - a.length);
  return summaryOf(collection.title ? String(row[collection.title]) : '', text);
}

const progress = ({ collection, field, total }: Job, done: number): string =>
  done === 0
    ? `I write the \`${field}\` of ${counted(total, 'item')} of \`${collection.name}\`, one after the other.`
    : `${done} of ${total} are done.`;

/** What became of it, as read back from Directus. */
function* report(job: Job, items: Item[]): Plan {
  const { collection, field } = job;
  const { key, title } = collection;
  if (items.length === 0) return `There are no ${collection.name} that I can see.`;
  const now = new Map<unknown, unknown>();
  while (now.size < items.length) {
    const rows = yield* page(job, now.size, items.length);
    if (rows.length === 0) break;
    for (const row of rows) now.set(row[key], row[field]);
  }
  const groups = [...Map.groupBy(items, ({ outcome }) => outcome)];
  const counts = groups.map(([outcome, { length }]) => `${length} ${outcome}`).join(', ');
  const odd = items.filter(({ row, summary }) => summary !== undefined && now.get(row[key]) !== summary);
  const shown = items.slice(0, SHOWN).map(({ row }) => ({ ...row, [field]: now.get(row[key]) }));
  return [
    `The \`${field}\` of ${counted(items.length, 'item')} of \`${collection.name}\`: ${counts}.`,
    odd.length === 0
      ? 'Each reads back from Directus as it was written.'
      : `These do not read back as they were written: ${odd.map(({ row }) => row[key]).join(', ')}.`,
    `The newest ${shown.length}:`,
    table(shown, [key, ...(title ? [title] : []), field]),
    'To take it all back, say `undo what you did`.',
  ].join('\n\n');
}
