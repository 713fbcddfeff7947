import type { Directus } from '../../directus/connection.ts';
import { DirectusError, ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import { effectsOf } from '../../guard/limits.ts';
import { leftOut } from '../../guard/replaced.ts';
import { permanence } from '../../guard/undoable.ts';
import { receipt } from '../../result/receipt.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { fieldsOf, inspectRows } from '../rows/inspect.ts';
import type { Row } from '../rows/target.ts';
import { becoming } from '../rows/update.ts';
import { requireRight, requireRightOn } from './permission.ts';
import { dataOf, type Found, readMain } from './version.ts';

type Compared = { outdated: boolean; mainHash?: string; main: Row };

const MOVED_ON = 'main has changed since the version was made';

/** What main says and what the version says, for each field in which they differ. */
export async function compareVersion(context: Context, version: Found): Promise<Reply> {
  const { outdated, main } = await compare(context, version);
  const changed = becoming(main, version.data);
  return {
    info: {
      ...(outdated ? { outdated: `${MOVED_ON}.` } : {}),
      ...(Object.keys(changed).length === 0 ? { same: 'The version says the same as main.' } : {}),
    },
    data: { main_version: changed },
  };
}

async function compare({ directus, signal }: Context, { id, item }: Found): Promise<Compared> {
  if (item === null) return { outdated: false, main: {} };
  return directus.request<Compared>('GET', path`/versions/${id}/compare`, { signal });
}

/**
 * Plans to write what a version holds into its item. Whatever was saved into it, and by whom, it is looked through
 * like a change that a caller makes now: a version is no way round what guards items.
 */
export async function planPromote(context: Context, version: Found): Promise<Plan> {
  const { target, item, words, pk } = version;
  const { collection } = target;
  const data = withoutOwnKey(version);
  if (Object.keys(data).length === 0) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `The ${words} changes nothing, so there is nothing to promote.`,
      'Save data into it first.',
    );
  }
  const to = 'promote this version';
  if (item === null) await requireRight(context, collection, 'create', to);
  else await requireRightOn(context, collection, item, 'update', to);
  const found = await inspectRows(context, target, [data], item === null).catch((error: unknown) => {
    throw error instanceof ToolError ? inVersion(error) : error;
  });
  const lost = await leftOut(context, found.replaced, item === null ? [] : [item]);
  const { outdated, mainHash, main } = await compare(context, version);
  const fields = fieldsOf([data], pk);
  const { directus, signal } = context;
  return {
    what: item === null ? `create 1 row of ${collection} from a version` : `promote ${words}`,
    rows: 1 + found.nested + lost.unlinked,
    also: effectsOf([collection, ...found.systemWrites]),
    deletes: [...found.deletes, ...lost.deletes],
    // What was written into main meanwhile would be written over, where the version says otherwise.
    risks: outdated ? [MOVED_ON] : [],
    preview: async () => ({
      changes: [item === null ? { new: data } : { key: item, changed: becoming(main, data) }],
      permanent: await permanence(
        context,
        collection,
        item === null ? 'create' : 'update',
        item === null ? [] : [item],
      ),
    }),
    state: async () => [
      await readMain(directus, version, item, ['*', ...fields], signal),
      await dataOf(directus, version, signal),
      lost,
    ],
    async apply(writable) {
      await refuseOther(writable, version, signal);
      const key = await promote(writable, version, mainHash, signal);
      const after = await readMain(writable, version, key, fields, signal);
      const asked = { ...data, [pk]: after[pk] };
      const reply =
        item === null
          ? receipt('created', pk, [asked], [after])
          : receipt('updated', pk, [asked], [after], [{ ...main, [pk]: after[pk] }]);
      return { ...reply, info: { promoted: words, ...reply.info, note: 'The version itself stays.' } };
    },
  };
}

/** Directus passes over a key in the data of an item that is there; here it would say whose lists are replaced. */
function withoutOwnKey({ data, pk, item }: Found): Row {
  const { [pk]: key, ...rest } = data;
  return item === null ? data : rest;
}

function inVersion({ code, message, next, details }: ToolError): ToolError {
  return new ToolError(code, `The version cannot be promoted: ${message}`, next, details);
}

/** What was looked through must be what is promoted. */
async function refuseOther(directus: Directus, version: Found, signal: AbortSignal): Promise<void> {
  const now = await dataOf(directus, version, signal);
  if (JSON.stringify(now) !== JSON.stringify(version.data)) throw movedOn('The version');
}

/** @returns the key of the item */
async function promote(
  directus: Directus,
  { id }: Found,
  mainHash: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  try {
    const body = mainHash === undefined ? {} : { mainHash };
    const place = path`/versions/${id}/promote`;
    return String(await directus.request('POST', place, { body, signal, givesKey: true }));
  } catch (error) {
    const stale =
      error instanceof DirectusError &&
      (error.code === 'VERSION_HASH_MISMATCH' || /main item has changed/i.test(error.message));
    throw stale ? movedOn('Main') : error;
  }
}

function movedOn(what: string): ToolError {
  return new ToolError(
    'CONFLICT',
    `${what} was changed by someone at this very moment. Nothing was promoted.`,
    'Compare again, then decide.',
  );
}
