import MiniSearch from 'minisearch';
import { isObject } from '../../directus/objects.ts';
import { isSystem } from '../../directus/schema.ts';
import type { Collection, Field } from '../../directus/types.ts';
import { holdsSomething } from './describe.ts';
import { noteOf } from './field-line.ts';
import { aboutCollection } from './system-notes.ts';

export type Found = { collections: Collection[]; fields: Field[]; left: number };

type Entry = { id: number; name: string; words: string; within: string; system: boolean };
type Index = { search: MiniSearch<Entry>; entries: (Collection | Field)[] };

/** The index lives as long as the list of fields it was made of, which the schema drops when the model changes. */
const indexes = new WeakMap<Field[], Index>();

/** Of fields; collections are few and short. */
const MOST_FIELDS = 15;
/** What fits this much worse than the best is noise. */
const WORST = 0.25;

/**
 * Collections and fields whose name, note, choices or labels fit some words, best first. Mistyped words and
 * beginnings of words find as well; Directus's own collections come after those of the project.
 */
export function find(words: string, collections: Collection[], fields: Field[]): Found {
  const { search, entries } = indexes.get(fields) ?? makeIndex(collections, fields);
  const hits = search.search(words, {
    boost: { name: 4, words: 2 },
    prefix: (term) => term.length > 1,
    fuzzy: (term) => (term.length > 3 ? 0.2 : false),
    boostDocument: (_id, _term, stored) => (stored?.system ? 0.3 : 1),
  });
  // The collection a field is in tells fields apart, but is no reason alone to list all of them.
  const own = hits.filter(({ match }) =>
    Object.values(match)
      .flat()
      .some((part) => part !== 'within'),
  );
  const least = (own[0]?.score ?? 0) * WORST;
  const found = own.flatMap(({ id, score }) => (score >= least ? (entries[id] ?? []) : []));
  const foundFields = found.filter(isField);
  return {
    collections: found.filter((one): one is Collection => !isField(one)),
    fields: foundFields.slice(0, MOST_FIELDS),
    left: Math.max(0, foundFields.length - MOST_FIELDS),
  };
}

function isField(entry: Collection | Field): entry is Field {
  return 'field' in entry;
}

function makeIndex(collections: Collection[], fields: Field[]): Index {
  const search = new MiniSearch<Entry>({
    fields: ['name', 'words', 'within'],
    storeFields: ['system'],
    tokenize: wordsOf,
  });
  const entries = [...collections, ...fields.filter(holdsSomething)];
  search.addAll(entries.map((one, id) => ({ id, ...(isField(one) ? ofField(one) : ofCollection(one)) })));
  const index = { search, entries };
  indexes.set(fields, index);
  return index;
}

function ofCollection(about: Collection): Omit<Entry, 'id'> {
  const { collection: name, meta } = about;
  const words = [aboutCollection(about) ?? '', ...labelsOf(meta)].join(' ');
  return { name, words, within: '', system: isSystem(name) };
}

function ofField({ collection, field, meta }: Field): Omit<Entry, 'id'> {
  return {
    name: field,
    words: [noteOf(meta?.note) ?? '', ...labelsOf(meta), ...textsOf(meta?.options?.choices)].join(' '),
    within: collection,
    system: isSystem(collection),
  };
}

/** What Studio shows in other languages instead of the name. */
function labelsOf(meta: unknown): string[] {
  return isObject(meta) ? textsOf(meta.translations) : [];
}

/** All texts in a list of flat objects or texts. */
function textsOf(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list
    .flatMap((one: unknown) => (isObject(one) ? Object.values(one) : [one]))
    .filter((one) => typeof one === 'string');
}

/** `publishDate`, `publish_date` and `publish-date` are two words each. */
function wordsOf(text: string): string[] {
  return text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
