import { readMany } from '../../../directus/connection.ts';
import { ToolError } from '../../../directus/errors.ts';
import { didYouMean } from '../../../settings/suggest.ts';
import type { Context } from '../../define.ts';

type Folder = { id: string; name: string; parent: string | null };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The id of a folder that is named by its id, its name, or names on the way to it (`Stories/2027`).
 * @throws ToolError when there is none, or more than one
 */
export async function findFolder({ directus, signal }: Context, named: string): Promise<string> {
  if (UUID.test(named)) {
    const filter = { id: { _eq: named } };
    const [found] = await readMany<Folder>(directus, '/folders', { fields: ['id'], filter }, { signal });
    if (found) return found.id;
    throw unknown(named, '');
  }
  const query = { fields: ['id', 'name', 'parent'], limit: -1 };
  const all = await readMany<Folder>(directus, '/folders', query, { signal });
  const way = named.split('/').map((part) => part.trim());
  const steps = way.filter(Boolean).reverse();
  // A slash at the beginning means the root.
  const fromRoot = way[0] === '';
  const byId = new Map(all.map((folder) => [folder.id, folder]));
  const found = all.filter((folder) => leadsTo(folder, steps, byId, fromRoot));
  if (found.length === 1 && found[0]) return found[0].id;
  if (found.length === 0)
    throw unknown(named, didYouMean(steps[0] ?? '', [...new Set(all.map(({ name }) => name))]));
  throw new ToolError(
    'INVALID_PAYLOAD',
    `folder: there are ${found.length} folders "${named.slice(0, 100)}". Nothing was uploaded.`,
    'Give the id of the one that is meant.',
    { ids: found.slice(0, 10).map(({ id }) => id) },
  );
}

/** Whether the names, from the last one up, are those of a folder and the ones it lies in. */
function leadsTo(folder: Folder, steps: string[], byId: Map<string, Folder>, fromRoot: boolean): boolean {
  let at: Folder | undefined = folder;
  for (const step of steps) {
    if (at?.name !== step) return false;
    at = at.parent ? byId.get(at.parent) : undefined;
  }
  return steps.length > 0 && !(fromRoot && at);
}

function unknown(named: string, near: string): ToolError {
  return new ToolError(
    'NOT_FOUND',
    `folder: there is no folder "${named.slice(0, 100)}" that you may see.${near} Nothing was uploaded.`,
    'Give the id or name of an existing folder (folders, action read), or leave it out.',
  );
}
