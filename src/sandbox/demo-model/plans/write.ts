import { type Collection, fieldNamed, findCollection } from '../collection.ts';
import type { Words } from '../grammar.ts';
import { cell, said, table } from '../markdown.ts';
import { ask, type Done, type Plan, Tell } from '../plan.ts';
import { isRow, type Reply, type Row, rowsOf } from '../reply.ts';
import { isKey, toValue, unquote } from '../values.ts';
import { read } from './read.ts';

export function* create({ collection: word = '', title: written = '', values }: Words): Plan {
  const collection = yield* findCollection(word);
  if (!collection.title) throw new Tell(`\`${collection.name}\` has no field that could hold a title.`);
  const title = unquote(written);
  const data: Row = { [collection.title]: title, ...(yield* given(collection, values)) };
  if (collection.fields.has('slug') && !('slug' in data)) data.slug = slug(title);
  const reply = yield* ask(collection.tool, { action: 'create', ...collection.address, data });
  const key = keyIn(reply, collection.key);
  if (key === undefined) return `The tool said, without a key to read it back by:\n\n${reply.text}`;
  const row = yield* readBack(collection, key, Object.keys(data));
  return `Created ${name(collection, row)}. Read back:\n\n${table([row], Object.keys(row))}`;
}

export function* change(words: Words, earlier: Done[]): Plan {
  const { collection, row: before, key } = yield* theItem(words, earlier, words.field);
  const field = fieldNamed(collection, words.field ?? '');
  const value = yield* valueFor(collection, field, words.value ?? '');
  const input = {
    action: 'update',
    ...collection.address,
    ...(collection.singleton ? {} : { keys: [key] }),
    data: { [field]: value },
  };
  const isDone = function* () {
    return isSame((yield* readBack(collection, key, [field]))[field], value);
  };
  yield* ask(collection.tool, input, isDone);
  const after = yield* readBack(collection, key, [field]);
  const moved = `\`${field}\` of ${name(collection, before)}`;
  if (!isSame(after[field], value)) {
    return `The call went through, but ${moved} reads ${said(after[field])}, not ${said(value)}.`;
  }
  return `Changed ${moved} from ${said(before[field])} to ${said(after[field])}, as read back from Directus.`;
}

export function* remove(words: Words, earlier: Done[]): Plan {
  const { collection, row, key } = yield* theItem(words, earlier);
  const isGone = function* () {
    const left = yield* read(collection, { filter: { [collection.key]: { _eq: key } }, limit: 1 });
    return left.length === 0;
  };
  yield* ask(collection.tool, { action: 'delete', ...collection.address, keys: [key] }, isGone);
  return (yield* isGone())
    ? `Deleted ${name(collection, row)}. It can no longer be read.`
    : `The call went through, but ${name(collection, row)} is still there.`;
}

type Found = { collection: Collection; row: Row; key: string | number };

/** The one item a request is about: by key, by title, or "it", the item the conversation last dealt with. */
function* theItem(words: Words, earlier: Done[], alsoField?: string): Plan<Found> {
  const last = words.it ? lastItem(earlier) : undefined;
  if (words.it && !last) throw new Tell('I do not know which item you mean. Name its collection and key.');
  const collection = yield* findCollection(last?.collection ?? words.collection ?? '');
  const wanted = last ? String(last.key) : unquote(words.item ?? '');
  if (wanted === '' && !collection.singleton)
    throw new Tell(`Say which of the ${collection.name}, by key or title.`);
  const also = alsoField ? [fieldNamed(collection, alsoField)] : [];
  const filter =
    last || isKey(wanted) || !collection.title
      ? { [collection.key]: { _eq: toValue(wanted, collection.fields.get(collection.key)?.type) } }
      : { [collection.title]: { _eq: wanted } };
  const rows = yield* read(collection, collection.singleton ? {} : { filter, limit: 3 }, also);
  const [row] = rows;
  if (!row)
    throw new Tell(
      `There is no item "${wanted}" in \`${collection.name}\` that I can see. Nothing was changed.`,
    );
  if (rows.length > 1) {
    throw new Tell(
      `Several items of \`${collection.name}\` are titled "${wanted}". Say which by its key; nothing was changed.\n\n${table(rows, Object.keys(row))}`,
    );
  }
  return { collection, row, key: asKey(row[collection.key]) ?? wanted };
}

/** The collection and key of the last call that dealt with exactly one item. */
function lastItem(earlier: Done[]): { collection: string; key: string | number } | undefined {
  for (const { tool, input } of earlier.toReversed()) {
    const [key, ...others] = Array.isArray(input.keys) ? input.keys : [];
    const collection = tool === 'items' ? input.collection : tool;
    const found = asKey(key);
    if (found !== undefined && others.length === 0 && typeof collection === 'string' && input.action) {
      return { collection, key: found };
    }
  }
  return undefined;
}

function* readBack(collection: Collection, key: string | number, also: string[]): Plan<Row> {
  const fields = [...new Set([collection.key, ...(collection.title ? [collection.title] : []), ...also])];
  const reply = yield* ask(collection.tool, {
    action: 'read',
    ...collection.address,
    ...(collection.singleton ? {} : { keys: [key] }),
    query: { fields },
  });
  const [row] = rowsOf(reply.data);
  if (!row) throw new Tell(`The call went through, but the item ${key} cannot be read back.`);
  return row;
}

/** The key of the one item a write answered with: in a list of keys, or in the item itself. */
export function keyIn({ data, info }: Reply, primaryKey = 'id'): string | number | undefined {
  const lists = [info.keys, isRow(data) ? data.keys : undefined, data];
  for (const list of lists) {
    const key = Array.isArray(list) ? asKey(list[0]) : undefined;
    if (key !== undefined) return key;
  }
  const [row] = rowsOf(data);
  return asKey(row?.[primaryKey]) ?? asKey(row?.key) ?? asKey(info.key);
}

function asKey(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** Fields and values from `status draft, featured yes`; "and" parts them only where a field follows. */
function* given(collection: Collection, text = ''): Plan<Row> {
  const names = [...collection.fields.keys()].join('|');
  const pairs = text.split(new RegExp(`\\s*,\\s*|\\s+and\\s+(?=(?:${names})\\s)`, 'i')).filter(Boolean);
  const data: Row = {};
  for (const pair of pairs) {
    const [, word = pair, value = ''] = /^([\w-]+)(?:\s+(?:is\s+)?(.*))?$/s.exec(pair) ?? [];
    const field = fieldNamed(collection, word);
    data[field] = yield* valueFor(collection, field, value);
  }
  return data;
}

/** What is written for the words of a person; an item that a field points to may be given by its title. */
function* valueFor(collection: Collection, field: string, written: string): Plan<unknown> {
  const { type, target } = collection.fields.get(field) ?? {};
  const text = unquote(written);
  const value = toValue(text, type);
  if (!target || value === null || isKey(text)) return value;
  const other = yield* findCollection(target);
  const rows = yield* read(other, { filter: { [other.title ?? other.key]: { _eq: text } }, limit: 2 });
  const [row] = rows;
  if (row && rows.length === 1) return row[other.key];
  const how = row ? 'more than one of' : 'none of';
  throw new Tell(`"${text}" names ${how} the ${other.name}. Give its key instead; nothing was changed.`);
}

/** Whether a value reads back as it was written; times may come back in another form. */
function isSame(read: unknown, written: unknown): boolean {
  if (String(read) === String(written)) return true;
  const time = Date.parse(String(read));
  return /^\d{4}-\d\d/.test(String(written)) && time === Date.parse(String(written));
}

function name(collection: Collection, row: Row): string {
  const title = collection.title ? ` ${said(row[collection.title])}` : '';
  return `\`${collection.name}\` ${cell(row[collection.key])}${title}`;
}

function slug(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
