import type { Rows } from '../directus/agent.ts';
import { readMany } from '../directus/connection.ts';
import { DirectusError } from '../directus/errors.ts';
import type { Field, Key } from '../directus/types.ts';
import type { Looking } from './cascades.ts';
import { type Remembered, remembered } from './remember.ts';
import type { Touched } from './touched.ts';

/** What `history` cannot bring back of the data model, each as a phrase for previews. */
export const LOST = {
  field: 'the field and its values: Directus keeps nothing of a dropped column',
  collection: 'the collection and all its rows: Directus keeps nothing of a dropped table',
  column: 'settings of the column (type, default, nullable, unique): Directus keeps no revisions of them',
  relation: 'what the relation was: Directus keeps no activity on relations',
};

/** Fields that Directus lets nobody set, with what is lost of them. */
export const UNSET: Record<string, Record<string, string>> = {
  directus_versions: { delta: 'what the version held before: it can only be saved anew' },
};

/** Why rows of some of Directus's own collections, once deleted, cannot be made again. */
export const NO_WAY_BACK: Record<string, string> = {
  directus_files: 'the content of the files',
  directus_versions: 'all of it: Directus gives every version a new id',
};

/**
 * What of a change `history` could not undo, since Directus keeps nothing to undo it by.
 * @param fields that an update sets, where they are known
 * @returns phrases with the reason; empty when all of it could be undone
 */
export async function permanence(
  look: Looking,
  collection: string,
  change: 'create' | 'update' | 'delete',
  keys: Key[],
  fields: string[] = [],
): Promise<string[]> {
  const kept = await keptOf(look, collection);
  if (kept === 'nothing') return [`all of it: ${collection} keeps no activity (accountability is off)`];
  if (change === 'create') return [];
  if (change === 'delete' && NO_WAY_BACK[collection]) return [NO_WAY_BACK[collection]];
  if (kept === 'activity') return [`all of it: ${collection} keeps no revisions`];
  const unset = Object.values(UNSET[collection] ?? {});
  if (change === 'update' && unset.length > 0) return unset;
  return change === 'update' ? ofUpdate(look, collection, keys, fields) : ofDelete(look, collection, keys);
}

/** What Directus keeps of changes to the rows of a collection. */
export async function keptOf(
  { schema, signal }: Pick<Looking, 'schema' | 'signal'>,
  collection: string,
): Promise<'nothing' | 'activity' | 'revisions'> {
  const kept = (await schema.collection(collection, signal))?.meta?.accountability;
  if (kept === null) return 'nothing';
  return kept === 'activity' ? 'activity' : 'revisions';
}

/** Whether a field reads as stars or as a hash, so that nobody learns what to put back. */
export function isSecret({ meta }: Field): boolean {
  return meta?.special?.some((special) => ['hash', 'conceal', 'encrypt'].includes(special)) ?? false;
}

async function ofUpdate(look: Looking, collection: string, keys: Key[], names: string[]): Promise<string[]> {
  const [all, relations] = await Promise.all([
    look.schema.fields(collection, look.signal),
    look.schema.relations(look.signal),
  ]);
  const secret = all.filter((field) => names.includes(field.field) && isSecret(field));
  const lost = secret.map(({ field }) => `the earlier ${field}: nobody can read it`);
  // What rows point at is remembered by the change itself, where there is room for it.
  const isList = (name: string) =>
    relations.some((one) => one.related_collection === collection && one.meta?.one_field === name);
  const links = names.filter(
    (name) => isList(name) || relations.some((one) => one.collection === collection && one.field === name),
  );
  if (links.length > 0) {
    const data = Object.fromEntries(links.map((name) => [name, isList(name) ? [] : null]));
    const rows = [{ keys: keys.slice(0, AT_ONCE), data }];
    const known = await rememberedOf(look, { collection, rows, gone: [] });
    if (known?.isWhole !== true) lost.push(`what ${links.join(', ')} led to: ${TOO_MUCH}`);
  }
  if (names.length > 0 && links.length === names.length) return lost;
  return [...lost, ...(await withoutRevisions(look, collection, keys))];
}

async function ofDelete(look: Looking, collection: string, keys: Key[]): Promise<string[]> {
  const secret = (await look.schema.fields(collection, look.signal)).filter(isSecret);
  const lost = secret.map(({ field }) => `${field}: nobody can read it`);
  lost.push(...(await withoutRevisions(look, collection, keys)));
  const known = await rememberedOf(look, { collection, rows: [], gone: keys.slice(0, AT_ONCE) });
  if (known?.isWhole !== true) {
    const links = known ? '' : 'what these rows point at, and ';
    return [...lost, `${links}what points at them or goes with them: ${TOO_MUCH}`];
  }
  const { gone } = known.was;
  for (const other of Object.keys(gone).filter((name) => name !== collection))
    lost.push(...(await ofRowsAlong(look, other, gone)));
  return lost;
}

/** Rows of one request at most. */
const AT_ONCE = 250;
const TOO_MUCH = 'that is more than can be kept; fewer rows at once can be undone';

/** What requests will remember of rows, as far as it can be told now. */
async function rememberedOf(look: Looking, touched: Touched): Promise<Remembered | undefined> {
  return remembered(look, touched).catch((error) => {
    // Who may not read what is related will not remember it, either.
    if (error instanceof DirectusError) return undefined;
    throw error;
  });
}

async function ofRowsAlong(look: Looking, collection: string, gone: Rows): Promise<string[]> {
  const keys = Object.keys(gone[collection] ?? {});
  const along = `rows of ${collection} that go with them`;
  if (NO_WAY_BACK[collection]) return [`${along}: ${NO_WAY_BACK[collection]}`];
  if ((await keptOf(look, collection)) !== 'revisions') return [`${along}: ${collection} keeps no revisions`];
  return (await withoutRevisions(look, collection, keys)).map((phrase) => `${along}: ${phrase}`);
}

async function withoutRevisions(look: Looking, collection: string, keys: Key[]): Promise<string[]> {
  const known = await countWithRevisions(look, collection, keys);
  if (known === undefined) return ['any of it by you, as you may not read directus_revisions'];
  const without = keys.length - known;
  return without > 0 ? [`${without} of ${keys.length} rows: Directus holds no revision of them`] : [];
}

/** How many of the rows have a revision that tells what they hold; undefined when this user may not know. */
async function countWithRevisions(
  { directus, signal }: Pick<Looking, 'directus' | 'signal'>,
  collection: string,
  keys: Key[],
): Promise<number | undefined> {
  let known = 0;
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    const items = keys.slice(from, from + KEYS_AT_ONCE).map(String);
    const filter = {
      _and: [{ collection: { _eq: collection } }, { item: { _in: items } }, { version: { _null: true } }],
    };
    try {
      const rows = await readMany<{ countDistinct: { item: number | string } }>(
        directus,
        '/revisions',
        { aggregate: { countDistinct: ['item'] }, filter },
        { signal },
      );
      known += Number(rows[0]?.countDistinct.item ?? 0);
    } catch (error) {
      if (error instanceof DirectusError && error.status === 403) return undefined;
      throw error;
    }
  }
  return known;
}

/** Databases take only so many values in one query. */
const KEYS_AT_ONCE = 500;
