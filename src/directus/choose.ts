import type { Reader } from './connection.ts';
import { isObject } from './objects.ts';
import { path } from './path.ts';
import type { Collection, Field, Key } from './types.ts';

/** A collection to choose from. */
export type ChoosableCollection = { name: string; singleton: boolean; note?: string };

/** An item to choose; `label` is what Studio would show of it. */
export type ChoosableItem = { key: Key; label: string };

/** Items that are offered at once. */
const MOST = 25;
/** Field names that usually say what an item is, where the collection has no display template. */
const TELLING = ['title', 'name', 'headline', 'label', 'subject', 'email', 'slug'];

/** Collections of the project with items, those that Studio hides left out, by name. */
export async function collectionsToChoose(directus: Reader): Promise<ChoosableCollection[]> {
  const all = await directus.request<Collection[]>('GET', '/collections');
  return all
    .filter(({ collection, schema, meta }) => schema && !meta?.hidden && !collection.startsWith('directus_'))
    .map(({ collection, meta }) => ({
      name: collection,
      singleton: meta?.singleton ?? false,
      ...(meta?.note && { note: meta.note }),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * Items of a collection with these words somewhere in their texts, as far as Directus searches; without words the last
 * ones. In the words of the collection's display template.
 * @throws DirectusError when there is no such collection for this user
 */
export async function itemsToChoose(
  directus: Reader,
  collection: string,
  search: string,
): Promise<ChoosableItem[]> {
  const [about, fields] = await Promise.all([
    directus.request<Collection>('GET', path`/collections/${collection}`),
    directus.request<Field[]>('GET', path`/fields/${collection}`),
  ]);
  const pk = fields.find(({ schema }) => schema?.is_primary_key)?.field ?? 'id';
  const template = about.meta?.display_template || templateOf(fields, pk);
  const rows = await directus.request<Record<string, unknown>[]>('GET', path`/items/${collection}`, {
    query: {
      fields: [...new Set([pk, ...fieldsIn(template)])],
      sort: [`-${pk}`],
      limit: MOST,
      ...(search.trim() && { search: search.trim() }),
    },
  });
  return rows.map((row) => ({ key: row[pk] as Key, label: fill(template, row) || String(row[pk]) }));
}

function templateOf(fields: readonly Field[], pk: string): string {
  const names = fields.map(({ field }) => field);
  const telling = TELLING.find((name) => names.includes(name));
  const text = fields.find(({ type, field }) => type === 'string' && field !== pk)?.field;
  return `{{${telling ?? text ?? pk}}}`;
}

const IN_TEMPLATE = /\{\{\s*([^{}\s]+)\s*\}\}/g;

const fieldsIn = (template: string): string[] =>
  [...template.matchAll(IN_TEMPLATE)].flatMap(([, field]) => (field ? [nameOf(field)] : []));

/** `$thumbnail` and the like are drawn by Studio. */
const nameOf = (field: string): string =>
  field
    .split('.')
    .filter((word) => !word.startsWith('$'))
    .join('.');

function fill(template: string, row: Record<string, unknown>): string {
  return template
    .replace(IN_TEMPLATE, (_, field: string) => textOf(nameOf(field).split('.').reduce(valueIn, row)))
    .replace(/\s+/g, ' ')
    .trim();
}

const valueIn = (at: unknown, key: string): unknown => (isObject(at) ? at[key] : undefined);

const textOf = (value: unknown): string =>
  typeof value === 'object' || value === undefined ? '' : String(value).slice(0, 200);
