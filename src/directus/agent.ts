import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { version } from '../version.ts';
import { isObject } from './objects.ts';
import type { Key } from './types.ts';

/*
 * Directus notes with each activity the User-Agent of the request that caused it. By that name `history` finds, from
 * any machine, what one call did, which call took it back, and what Directus itself would not know any more.
 */

/** Rows by collection and key, with some of their fields: the same of all rows of a collection. */
export type Rows = Record<string, Record<string, Record<string, unknown>>>;

/** What a request overwrote or deleted, as far as revisions do not hold it (see guard/remember.ts). */
export type Was = {
  /** Fields that got another value. */
  changed: Rows;
  /** Rows that are gone, those included that the database deleted along with others. */
  gone: Rows;
  /** Columns whose type or rules were changed: `articles.title`. */
  columns: string[];
};

/** @prop whole whether with this request all of it was taken back */
export type Undo = { call: string; whole: boolean };

/** What the name of a request tells. */
export type Mark = {
  /** Twelve hex digits, the same in all requests of one call. */
  call: string;
  /** The call that this request took back, or a part of it. */
  undo?: Undo | undefined;
  was?: Was | undefined;
};

/** Directus cuts longer names off. */
const LONGEST = 1024;

/** The name of a request. What does not fit of `was` is left out altogether. */
export function nameOf({ call, undo, was }: Mark): string {
  const start = `directus-assistant/${version} (call ${call}${undo ? `; ${undo.whole ? 'undid' : 'undoes'} ${undo.call}` : ''}`;
  if (!was || isEmpty(was)) return `${start})`;
  const whole = `${start}; was ${pack(was)})`;
  return whole.length <= LONGEST ? whole : `${start})`;
}

/** Whether what a request would overwrite can be told in its name. */
export function fits(was: Was): boolean {
  const name = nameOf({ call: '0'.repeat(12), undo: { call: '0'.repeat(12), whole: false }, was });
  return isEmpty(was) || name.includes('; was ');
}

const NAME =
  /^directus-assistant\/\S+ \(call ([0-9a-f]{12})(?:; (undoes|undid) ([0-9a-f]{12}))?(?:; was ([\w-]+))?\)$/;

/** Reads a name; undefined when it is none of ours. */
export function readName(name: string | null): Mark | undefined {
  const [, call, verb, undone, was] = NAME.exec(name ?? '') ?? [];
  if (!call) return undefined;
  const undo = undone ? { call: undone, whole: verb === 'undid' } : undefined;
  return { call, undo, was: was ? unpack(was) : undefined };
}

function isEmpty({ changed, gone, columns }: Was): boolean {
  return columns.length === 0 && [changed, gone].every((rows) => Object.keys(rows).length === 0);
}

/** Per collection the names of the fields once, then the rows as lists: `[["author","image"],[12,4,null]]`. */
type Packed = Record<string, [string[], ...unknown[][]]>;

function pack({ changed, gone, columns }: Was): string {
  const json = JSON.stringify([packRows(changed), packRows(gone), columns]);
  return deflateRawSync(json, { level: 9 }).toString('base64url');
}

function packRows(all: Rows): Packed {
  return Object.fromEntries(
    Object.entries(all).map(([collection, rows]): [string, Packed[string]] => {
      const fields = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
      const lists = Object.entries(rows).map(([key, row]) => [
        shortKey(key),
        ...fields.map((field) => row[field] ?? null),
      ]);
      return [collection, [fields, ...lists]];
    }),
  );
}

const shortKey = (key: string): Key => (/^[1-9]\d{0,14}$/.test(key) ? Number(key) : key);

function unpack(text: string): Was | undefined {
  try {
    const parsed: unknown = JSON.parse(inflateRawSync(Buffer.from(text, 'base64url')).toString());
    if (!Array.isArray(parsed)) return undefined;
    const [changed, gone, columns] = parsed;
    return {
      changed: unpackRows(changed),
      gone: unpackRows(gone),
      columns: Array.isArray(columns) ? columns.map(String) : [],
    };
  } catch {
    return undefined;
  }
}

function unpackRows(packed: unknown): Rows {
  if (!isObject(packed)) return {};
  return Object.fromEntries(
    Object.entries(packed as Packed).map(([collection, [fields, ...lists]]) => [
      collection,
      Object.fromEntries(
        lists.map(([key, ...values]) => [
          String(key),
          Object.fromEntries(fields.map((field, index) => [field, values[index]])),
        ]),
      ),
    ]),
  );
}
