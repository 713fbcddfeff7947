import { countRows } from '../directus/count.ts';
import { endpointOf } from '../directus/path.ts';
import type { Key } from '../directus/types.ts';
import type { Looking } from './cascades.ts';

/** A list of related rows that a change replaces, where a row that is left out of it is deleted. */
export type ReplacedList = {
  /** The related rows. */
  collection: string;
  /** Their field that points back. */
  field: string;
  /** Their primary key. */
  pk: string;
  /** The rows that stay. */
  keep: Key[];
  /** Whose list it is; undefined for the rows that the call itself is about. */
  parents?: Key[] | undefined;
  /** Where it stands in the data. */
  at: string;
};

/**
 * The rows that replaced lists leave out, counted.
 * @param keys the rows that the call itself is about
 * @returns a phrase for each list that leaves any out: `2 rows of seo that the new list at articles.seo leaves out`
 */
export async function leftOut(
  { directus, signal }: Pick<Looking, 'directus' | 'signal'>,
  lists: ReplacedList[],
  keys: Key[],
): Promise<string[]> {
  const phrases: string[] = [];
  for (const { collection, field, pk, keep, parents, at } of lists) {
    const filter = {
      _and: [
        { [field]: { _in: parents ?? keys } },
        ...(keep.length > 0 && pk ? [{ [pk]: { _nin: keep } }] : []),
      ],
    };
    const count = await countRows(directus, endpointOf(collection), { filter }, signal);
    if (count > 0)
      phrases.push(
        `${count} ${count === 1 ? 'row' : 'rows'} of ${collection} that the new list at ${at} leaves out`,
      );
  }
  return phrases;
}
