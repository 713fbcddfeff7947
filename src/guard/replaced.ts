import { countRows } from '../directus/count.ts';
import { endpointOf } from '../directus/path.ts';
import type { Key } from '../directus/types.ts';
import type { Looking } from './cascades.ts';

/** A list of related rows that a change replaces. */
export type ReplacedList = {
  /** Whether a row that is left out of it is deleted; otherwise it is only taken out of the list. */
  deletes: boolean;
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

/** What replaced lists leave out. */
export type LeftOut = {
  /** A phrase for each list that deletes any: `2 rows of seo that the new list at articles.seo leaves out`. */
  deletes: string[];
  /** Rows that are taken out of lists and stay. */
  unlinked: number;
};

/**
 * The rows that replaced lists leave out, counted.
 * @param keys the rows that the call itself is about
 */
export async function leftOut(
  { directus, signal }: Pick<Looking, 'directus' | 'signal'>,
  lists: ReplacedList[],
  keys: Key[],
): Promise<LeftOut> {
  const phrases: string[] = [];
  let unlinked = 0;
  for (const { collection, field, pk, keep, parents, at, deletes } of lists) {
    const filter = {
      _and: [
        { [field]: { _in: parents ?? keys } },
        ...(keep.length > 0 && pk ? [{ [pk]: { _nin: keep } }] : []),
      ],
    };
    const count = await countRows(directus, endpointOf(collection), { filter }, signal);
    if (!deletes) unlinked += count;
    else if (count > 0)
      phrases.push(
        `${count} ${count === 1 ? 'row' : 'rows'} of ${collection} that the new list at ${at} leaves out`,
      );
  }
  return { deletes: phrases, unlinked };
}
