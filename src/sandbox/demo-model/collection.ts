import { didYouMean } from '../../settings/suggest.ts';
import { ask, type Plan, Tell } from './plan.ts';
import { isRow, type Row, rowsOf } from './reply.ts';

export type Field = {
  /** Directus's type: `string`, `integer`, `timestamp`, `alias` ... */
  type: string;
  required: boolean;
  /** The collection a many-to-one field points to. */
  target?: string;
};

/** What the plans need to know of a collection, as the `schema` tool told it. */
export type Collection = {
  name: string;
  /** The tool that reads and writes it, and what that tool is told beside the query. */
  tool: string;
  address: Row;
  /** The field that holds the primary key. */
  key: string;
  /** The field that names an item, and the one that dates it, where there are such fields. */
  title?: string;
  date?: string;
  fields: Map<string, Field>;
};

const FILES: Collection = {
  name: 'files',
  tool: 'files',
  address: {},
  key: 'id',
  title: 'title',
  date: 'uploaded_on',
  fields: fieldsOf({
    id: 'uuid',
    title: 'string',
    type: 'string',
    filesize: 'integer',
    width: 'integer',
    height: 'integer',
    uploaded_on: 'timestamp',
    filename_download: 'string',
    description: 'text',
    location: 'string',
  }),
};

const FOLDERS: Collection = {
  name: 'folders',
  tool: 'folders',
  address: {},
  key: 'id',
  title: 'name',
  fields: fieldsOf({ id: 'uuid', name: 'string', parent: 'uuid' }),
};

/** Finds the collection a person means by `word`, singular or plural, and reads its fields from the schema. */
export function* findCollection(word: string): Plan<Collection> {
  const overview = yield* ask('schema', {});
  const names = collectionNames(overview.data);
  const name = spellings(word).flatMap((spelling) =>
    names.filter((each) => each.toLowerCase() === spelling),
  )[0];
  if (name === undefined) {
    const [plural] = spellings(word).filter((spelling) => ['files', 'folders', 'images'].includes(spelling));
    if (plural) return plural === 'folders' ? FOLDERS : FILES;
    throw new Tell(
      `There is no collection "${word}" that I can see.${didYouMean(word, names)} ` +
        `There are: ${names.map((each) => `\`${each}\``).join(', ')}.`,
    );
  }
  const detail = yield* ask('schema', { keys: [name] });
  const fields = readFields(detail.data, name);
  if (fields.size === 0) throw new Tell(`The schema tool shows no fields of \`${name}\`.`);
  return describe(name, fields, detail.data);
}

/** The field a person means by `word`. */
export function fieldNamed(collection: Collection, word: string): string {
  const wanted = word.toLowerCase().replace(/[\s-]+/g, '_');
  const names = [...collection.fields.keys()];
  const found = names.find((name) => name.toLowerCase() === wanted);
  if (found) return found;
  throw new Tell(
    `\`${collection.name}\` has no field "${word}".${didYouMean(wanted, names)} ` +
      `It has: ${names.map((name) => `\`${name}\``).join(', ')}.`,
  );
}

/** A handful of fields that tell items apart: key, title, status, date. */
export function telling(collection: Collection): string[] {
  const { key, title, date, fields } = collection;
  const status = fields.has('status') ? 'status' : undefined;
  const named = [key, title, status, date].filter((name) => name !== undefined);
  if (named.length > 2) return [...new Set(named)];
  const plain = [...fields]
    .filter(([, { type, target }]) => type !== 'alias' && !target)
    .map(([name]) => name);
  return [...new Set([...named, ...plain])].slice(0, 5);
}

/** Names of collections in the overview of the `schema` tool. */
export function collectionNames(overview: unknown): string[] {
  const list = isRow(overview) && 'collections' in overview ? overview.collections : overview;
  if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
  if (isRow(list) && !('columns' in list)) return Object.keys(list);
  return rowsOf(list).flatMap(({ collection, name }) => {
    const found = collection ?? name;
    return typeof found === 'string' ? [found] : [];
  });
}

function describe(name: string, fields: Map<string, Field>, detail: unknown): Collection {
  const pick = (test: (name: string, field: Field) => boolean) =>
    [...fields].find((each) => test(...each))?.[0];
  const dated = (_: string, { type }: Field) => /^(timestamp|dateTime|date)$/.test(type);
  const text = (_: string, { type }: Field) => /^(string|text)$/.test(type);
  const title =
    pick(
      (each, field) => /^(title|headline|name|label|subject|site_name)$/.test(each) && text(each, field),
    ) ??
    pick((each, field) => /title|name/.test(each) && text(each, field)) ??
    pick((each, field) => text(each, field) && each !== 'status');
  const date =
    pick((each, field) => /publish|^date$/.test(each) && dated(each, field)) ??
    pick((each, field) => /creat/.test(each) && dated(each, field)) ??
    pick(dated);
  return {
    name,
    tool: 'items',
    address: { collection: name },
    key: primaryKey(detail, name) ?? 'id',
    ...(title && { title }),
    ...(date && { date }),
    fields,
  };
}

/** Fields in the detail of the `schema` tool: an object per field, keyed by its name. */
function readFields(detail: unknown, collection: string): Map<string, Field> {
  const found = entriesOf(detail, collection).map(([name, field]): [string, Field] => {
    const target = targetOf(field);
    return [
      name,
      {
        type: String(field.type ?? 'string'),
        required: field.required === true,
        ...(target !== undefined && { target }),
      },
    ];
  });
  return new Map(found);
}

function primaryKey(detail: unknown, collection: string): string | undefined {
  return entriesOf(detail, collection).find(([, { primary_key }]) => primary_key === true)?.[0];
}

function entriesOf(detail: unknown, collection: string): [string, Row][] {
  const own = isRow(detail) ? detail[collection] : undefined;
  const fields = isRow(own) && isRow(own.fields) ? own.fields : own;
  return isRow(fields)
    ? Object.entries(fields).flatMap(([name, field]) => (isRow(field) ? [[name, field]] : []))
    : [];
}

function targetOf({ relation }: Row): string | undefined {
  return isRow(relation) && relation.type === 'm2o' && typeof relation.collection === 'string'
    ? relation.collection
    : undefined;
}

function fieldsOf(types: Record<string, string>): Map<string, Field> {
  return new Map(Object.entries(types).map(([name, type]) => [name, { type, required: false }]));
}

/** A word as written, in the plural and in the singular, lower case. */
function spellings(word: string): string[] {
  const w = word.toLowerCase().replaceAll('-', '_');
  return [
    w,
    `${w}s`,
    `${w}es`,
    w.replace(/y$/, 'ies'),
    w.replace(/ies$/, 'y'),
    w.replace(/e?s$/, ''),
    w.replace(/s$/, ''),
  ];
}
