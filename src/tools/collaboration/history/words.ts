import type { Key } from '../../../directus/types.ts';
import { quoted } from '../../../guard/words.ts';
import type { Change } from './activity.ts';
import { type Touch, touchesOf } from './touches.ts';

const KEYS_SHOWN = 5;
const PARTS_SHOWN = 6;

const VERBS: Record<Touch['did'], string> = {
  created: 'created',
  updated: 'updated',
  deleted: 'deleted',
  nothing: 'created and deleted',
  saved: 'saved a draft of',
  ran: 'ran',
};

const NAMES: Record<string, string> = { directus_collections: 'collections', directus_fields: 'fields' };

/** What a change did, in words: `updated articles 1, 2; created tags 9`. */
export function didOf(change: Change, undid?: string): string {
  const parts = [
    ...Map.groupBy(touchesOf(change), ({ did, collection }) => `${VERBS[did]} ${nameOf(collection)}`),
  ];
  // What the call was about comes last in activity: nested rows are written before it.
  const words = parts
    .toReversed()
    .map(
      ([what, touches]) => `${what} ${listed(touches.map(({ item, entries }) => entries[0]?.name ?? item))}`,
    );
  const shown = words.slice(0, PARTS_SHOWN).join('; ');
  const rest = words.length > PARTS_SHOWN ? `; and ${words.length - PARTS_SHOWN} more kinds` : '';
  return `${undid ? `undid ${undid}: ` : ''}${shown}${rest}`;
}

export const nameOf = (collection: string): string => NAMES[collection] ?? collection;

/** A key among our own words; one that people made up of words is marked as theirs. */
export const said = (key: Key): string =>
  /^[\w.-]{1,64}$/.test(String(key)) ? String(key) : quoted(String(key));

/** A row as it is called: `articles 12`. */
export const rowName = (collection: string, key: Key): string => `${nameOf(collection)} ${said(key)}`;

/** Keys, the first few: `1, 2, 3 and 12 more`. */
export function listed(items: string[]): string {
  const shown = items.slice(0, KEYS_SHOWN).map(said).join(', ');
  return items.length > KEYS_SHOWN ? `${shown} and ${items.length - KEYS_SHOWN} more` : shown;
}
