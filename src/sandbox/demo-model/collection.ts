import { didYouMean } from '../../settings/suggest.ts';
import { ask, type Plan, Tell } from './plan.ts';
import { isRow, type Row } from './reply.ts';

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
  singleton: boolean;
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
  singleton: false,
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
  singleton: false,
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
    const own = spellings(word.replace(/^directus_/, ''));
    if (own.includes('folders')) return FOLDERS;
    if (own.includes('files') || own.includes('images')) return FILES;
    throw new Tell(
      `There is no collection "${word}" that I can see.${didYouMean(word, names)} ` +
        `There are: ${names.map((each) => `\`${each}\``).join(', ')}.`,
    );
  }
  const detail = yield* ask('schema', { keys: [name] });
  const described = isRow(detail.data) ? detail.data[name] : undefined;
  if (!isRow(described)) throw new Tell(`The schema tool shows no fields of \`${name}\`.`);
  return describe(name, described);
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

/** A handful of fields that tell items apart: key, title, status or type, date. */
export function telling(collection: Collection): string[] {
  const { key, title, date, fields } = collection;
  const status = ['status', 'type'].find((name) => fields.has(name));
  const named = [key, title, status, date].filter((name) => name !== undefined);
  if (named.length > 2) return [...new Set(named)];
  return [...new Set([...named, ...plainFields(collection)])].slice(0, 5);
}

/** Fields that hold a value of their own. */
export function plainFields({ fields }: Collection): string[] {
  return [...fields].filter(([, { type, target }]) => type !== 'alias' && !target).map(([name]) => name);
}

/** Names of collections in the overview of the `schema` tool, whose lines are `name (singleton): note` or `blog_{posts,tags}`. */
export function collectionNames(overview: unknown): string[] {
  const lines = isRow(overview) && Array.isArray(overview.collections) ? overview.collections : [];
  return lines.flatMap((line) => {
    const [name = '', endings] = /^[\w-]+(?:\{([^}]*)\})?/.exec(String(line)) ?? [];
    const prefix = name.replace(/\{.*/, '');
    const shown = (endings ?? '').split(',').filter((ending) => !ending.startsWith('…'));
    return shown.map((ending) => prefix + ending);
  });
}

/** Reads the detail that the `schema` tool gives of a collection: a line for each field. */
function describe(name: string, detail: Row): Collection {
  const lines = Object.entries(isRow(detail.fields) ? detail.fields : {}).map(
    ([field, line]): [string, string] => [field, String(line)],
  );
  const fields = new Map(lines.map(([field, line]) => [field, readField(line)]));
  const pick = (test: (name: string, field: Field) => boolean) =>
    [...fields].find((each) => test(...each))?.[0];
  const dated = (_: string, { type }: Field) => /^(timestamp|dateTime|date)$/.test(type);
  const text = (_: string, { type }: Field) => /^(string|text)$/.test(type);

  const inTemplate = /\{\{\s*(\w+)\s*\}\}/.exec(String(detail.template ?? ''))?.[1];
  const title =
    pick((each, field) => each === inTemplate && text(each, field)) ??
    pick((each, field) => /title|name|headline|label/.test(each) && text(each, field)) ??
    pick((each, field) => text(each, field) && each !== 'status');
  const date =
    pick((each, field) => /publish|^date$/.test(each) && dated(each, field)) ??
    pick((each, field) => /creat/.test(each) && dated(each, field)) ??
    pick(dated);
  return {
    name,
    tool: 'items',
    address: { collection: name },
    key: lines.find(([, line]) => flagsOf(line).includes('pk'))?.[0] ?? 'id',
    singleton: detail.singleton === true,
    ...(title && { title }),
    ...(date && { date }),
    fields,
  };
}

/** Reads a line such as `string(80) * unique =draft {draft|published} - note` or `m2o authors *`. */
function readField(line: string): Field {
  const [kind = '', target] = line.split(' ');
  const required = flagsOf(line).includes('*');
  if (kind === 'm2o' || kind === 'file') return { type: kind, required, ...(target && { target }) };
  if (/^(o2m|m2m|m2a|translations|any)$/.test(kind)) return { type: 'alias', required };
  return { type: /^(html|markdown)$/.test(kind) ? 'text' : kind.replace(/\(.*/, ''), required };
}

function flagsOf(line: string): string[] {
  return (line.split(' - ')[0] ?? '').split(' ');
}

function fieldsOf(types: Record<string, string>): Map<string, Field> {
  return new Map(Object.entries(types).map(([name, type]) => [name, { type, required: false }]));
}

/** A word as written, in the plural and in the singular, lower case. */
function spellings(word: string): string[] {
  const w = word.toLowerCase().replace(/[\s-]+/g, '_');
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
