import { type Collection, collectionNames, findCollection, plainFields, telling } from '../collection.ts';
import type { Words } from '../grammar.ts';
import { cell, counted, table } from '../markdown.ts';
import { ask, type Plan } from '../plan.ts';
import { type Row, rowsOf } from '../reply.ts';
import { filterFrom } from '../values.ts';

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const DEFAULT_ROWS = 10;

export function* listCollections(): Plan {
  const overview = yield* ask('schema', {});
  const names = collectionNames(overview.data);
  const list = names.map((name) => `- \`${name}\``).join('\n');
  return `I can see ${counted(names.length, 'collection')}:\n\n${list}`;
}

export function* showFields({ collection: word = '' }: Words): Plan {
  const collection = yield* findCollection(word);
  const rows = [...collection.fields].map(([field, { type, required, target }]) => ({
    field,
    type,
    required: required ? 'yes' : '',
    'points to': target,
  }));
  return `\`${collection.name}\` has ${counted(rows.length, 'field')}; its primary key is \`${collection.key}\`.\n\n${table(rows, ['field', 'type', 'required', 'points to'])}`;
}

export function* newest({ collection: word = '', count }: Words): Plan {
  const collection = yield* findCollection(word);
  if (collection.singleton) return yield* single(collection);
  const limit = count ? numberFrom(count) : DEFAULT_ROWS;
  const rows = yield* read(collection, {
    sort: newestFirst(collection).slice(0, 1),
    limit,
    ...imagesOnly(word),
  });
  if (rows.length === 0) return `There are no ${collection.name} that I can see.`;
  const order = collection.date
    ? `newest first by \`${collection.date}\``
    : `by \`${collection.key}\`, highest first`;
  return `${counted(rows.length, 'row')} of \`${collection.name}\`, ${order}:\n\n${table(rows, telling(collection))}`;
}

/** A singleton is one item, shown field by field. */
function* single(collection: Collection): Plan {
  const [row = {}] = yield* read(collection, {}, plainFields(collection));
  const rows = Object.entries(row).map(([field, value]) => ({ field, value }));
  return `\`${collection.name}\` is a singleton:\n\n${table(rows, ['field', 'value'])}`;
}

export function* find({ collection: word = '', where = '' }: Words): Plan {
  const collection = yield* findCollection(word);
  const filter = yield* filterFrom(collection, where);
  const rows = yield* read(collection, { filter, limit: DEFAULT_ROWS + 1 });
  if (rows.length === 0) return `No ${collection.name} match \`${where}\`.`;
  const shown = rows.slice(0, DEFAULT_ROWS);
  const more = rows.length > shown.length ? `\n\nThere are more; these are the first ${DEFAULT_ROWS}.` : '';
  const head = `${counted(shown.length, 'row')} of \`${collection.name}\` where ${where}:`;
  return `${head}\n\n${table(shown, telling(collection))}${more}`;
}

export function* count({ collection: word = '', where }: Words): Plan {
  const collection = yield* findCollection(word);
  const filter = where ? yield* filterFrom(collection, where) : undefined;
  const reply = yield* ask(collection.tool, {
    action: 'read',
    ...collection.address,
    query: { aggregate: { count: ['*'] }, ...(filter && { filter }) },
  });
  const [row] = rowsOf(reply.data);
  return `\`${collection.name}\`${where ? ` where ${where}` : ''}: **${cell(row?.count)}**.`;
}

/** Rows of a collection with the fields that tell them apart, and those in `also`. */
export function* read(collection: Collection, query: Row, also: string[] = []): Plan<Row[]> {
  const fields = [...new Set([...telling(collection), ...also])];
  const reply = yield* ask(collection.tool, {
    action: 'read',
    ...collection.address,
    query: { fields, ...query },
  });
  return rowsOf(reply.data);
}

/** The order of the items of a collection; those of one date, or of none, go by their key. */
export const newestFirst = ({ date, key }: Collection): string[] => [
  ...(date ? [`-${date}`] : []),
  `-${key}`,
];
export const oldestFirst = ({ date, key }: Collection): string[] => [...(date ? [date] : []), key];

export function numberFrom(text: string): number {
  const spelled = NUMBERS.indexOf(text.toLowerCase());
  return spelled >= 0 ? spelled : Number(text);
}

function imagesOnly(word: string): Row {
  return /^images?$/i.test(word) ? { filter: { type: { _starts_with: 'image/' } } } : {};
}
