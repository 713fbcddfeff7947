import type { Directus } from '../../directus/connection.ts';
import { HalfDoneError, ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import { path } from '../../directus/path.ts';
import { majorVersion } from '../../directus/server.ts';
import type { Key } from '../../directus/types.ts';
import { leftOut } from '../../guard/replaced.ts';
import { permanence } from '../../guard/undoable.ts';
import { receipt } from '../../result/receipt.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { fieldsOf, inspectRows, noting, refuseEmpty } from '../rows/inspect.ts';
import type { Row } from '../rows/target.ts';
import { becoming } from '../rows/update.ts';
import { MARKS, readVersions, requireVersioning } from '../versioning.ts';
import { findItem } from './item.ts';
import { versionRows } from './list.ts';
import { dataOf, type Found, findVersioned, readMain, wordsFor } from './version.ts';

/** Plans to save data into a version: it replaces what the version says of the same fields. */
export async function planSave(context: Context, version: Found, given: Row): Promise<Plan> {
  const { directus, signal } = context;
  const { item, data: earlier } = version;
  const { data, readFromText, deletes } = await inspectData(context, version, given);
  const main = await readMain(directus, version, item, fieldsOf([data], version.pk), signal);
  const before = { ...main, ...earlier };
  return {
    what: `save ${Object.keys(data).join(', ')} into ${version.words}`,
    rows: 1,
    deletes,
    preview: async () => ({
      changes: [{ key: version.key, changed: becoming(before, data) }],
      permanent: await permanence(context, versionRows.collection, 'update', [version.id]),
    }),
    state: async () => [
      await readMain(directus, version, item, ['*', ...Object.keys(data)], signal),
      await dataOf(directus, version, signal),
    ],
    async apply(writable) {
      const reply = await save(writable, version, data, before, signal);
      return noting({ ...reply, info: { saved: version.words, ...reply.info } }, readFromText);
    },
  };
}

type NewVersion = {
  collection: string;
  key?: Key | undefined;
  version: string;
  name?: string | undefined;
  data?: Row | undefined;
};

/** Plans a new version of an item, with data to begin with; on Directus 12 also one of an item yet to be. */
export async function planNewVersion(context: Context, input: NewVersion): Promise<Plan> {
  const { directus, signal } = context;
  const { collection, version: key } = input;
  if (key === 'main' || key === 'published') {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `"${key}" is the item itself and cannot be the key of a version. Nothing was changed.`,
      'Choose another, such as draft.',
    );
  }
  const versioned = await findVersioned(context, collection);
  const item = (await isForNewItem(context, input, versioned.singleton))
    ? null
    : (await findItem(context, collection, input.key)).key;
  await requireVersioning(context, collection);
  const others = () =>
    readVersions(context, collection, [{ item: item === null ? { _null: true } : { _eq: item } }]);
  refuseSecond(item === null ? [] : await others(), key, `${collection} ${item}`);
  const words = wordsFor(key, collection, item);
  const found: Found = { ...versioned, id: '', key, item, data: {}, words };
  const filled = input.data ? await inspectData(context, found, input.data) : undefined;
  const main = await readMain(directus, found, item, fieldsOf(filled ? [filled.data] : [], found.pk), signal);
  return {
    what: `create ${found.words}`,
    rows: 1,
    deletes: filled?.deletes ?? [],
    preview: async () => ({
      changes: [{ new: key, ...(filled ? { changed: becoming(main, filled.data) } : {}) }],
      permanent: await permanence(context, versionRows.collection, 'create', []),
    }),
    state: async () => [
      (await others()).map(({ id }) => id),
      await readMain(directus, found, item, ['*'], signal),
    ],
    async apply(writable) {
      const { id } = await writable.request<{ id: string }>('POST', versionRows.endpoint, {
        body: {
          collection,
          ...(item === null ? {} : { item }),
          key,
          ...(input.name ? { name: input.name } : {}),
        },
        signal,
      });
      const info = { created: found.words, ...(item === null ? { id } : {}) };
      if (!filled) return { info };
      try {
        const reply = await save(writable, { ...found, id }, filled.data, main, signal);
        return noting({ ...reply, info: { ...info, ...reply.info } }, filled.readFromText);
      } catch (error) {
        throw new HalfDoneError('created', [`${found.words}, without data`], error);
      }
    },
  };
}

/** Whether the version is all there is of its item. */
async function isForNewItem(
  { directus, signal }: Context,
  { collection, key, version }: NewVersion,
  singleton: boolean,
): Promise<boolean> {
  if (key !== undefined || singleton) return false;
  if ((await majorVersion(directus, signal)) >= 12) {
    if (version === 'draft') return true;
    throw new ToolError(
      'INVALID_PAYLOAD',
      `key is missing: which item of ${collection}? Nothing was changed.`,
      'For a new item that is not published yet, leave key out and name the version "draft".',
    );
  }
  throw new ToolError(
    'INVALID_PAYLOAD',
    `key is missing: which item of ${collection}? Nothing was changed.`,
    'Versions of items that do not exist yet take Directus 12.',
  );
}

function refuseSecond(known: { key: string }[], key: string, of: string): void {
  if (!known.some((one) => one.key === key)) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `${of} has a version "${key}" already. Nothing was changed.`,
    'Save into it with the action save, or choose another key.',
  );
}

/** What is to be saved, looked through like a change of the item itself, which it becomes when it is promoted. */
async function inspectData(context: Context, { target, pk, item }: Found, given: Row) {
  refuseEmpty([given], 'save');
  if (given[pk] !== undefined && item !== null) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `data sets "${pk}", and the key of an item cannot be changed. Nothing was changed.`,
      `Leave "${pk}" out of data.`,
    );
  }
  refuseMarks(given, 'data');
  const found = await inspectRows(context, target, [given], item === null);
  const lost = await leftOut(context, found.replaced, item === null ? [] : [item]);
  const deletes = [...found.deletes, ...lost.deletes].map((phrase) => `${phrase}, once it is promoted`);
  return { data: found.rows[0] ?? {}, readFromText: found.readFromText, deletes };
}

/** Directus writes these names into every object of a version, and takes them out again, whoever put them there. */
function refuseMarks(value: unknown, at: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, entry] of Object.entries(value)) {
    if (isObject(value) && MARKS.includes(name)) {
      throw new ToolError(
        'INVALID_PAYLOAD',
        `${at}.${name}: a version cannot hold this name, as Directus uses it there itself. Nothing was changed.`,
        'Change the item itself instead, with items update.',
      );
    }
    refuseMarks(entry, `${at}.${name}`);
  }
}

/** Saves, and answers with what changed in the version, as it reads back. */
async function save(
  directus: Directus,
  version: Found,
  data: Row,
  before: Row,
  signal: AbortSignal,
): Promise<Reply> {
  await directus.request('POST', path`/versions/${version.id}/save`, { body: data, signal });
  const now = await dataOf(directus, version, signal);
  const row = (values: Row): Row => {
    const named = Object.keys(data).map((field) => [field, values[field]]);
    return { ...Object.fromEntries(named), version: version.key };
  };
  const { info, data: changed } = receipt('updated', 'version', [row(data)], [row(now)], [row(before)]);
  return { info: info?.warning ? { warning: info.warning } : {}, data: changed };
}
