import { ToolError } from '../../directus/errors.ts';
import { refuseWithoutRight } from '../../directus/forbidden.ts';
import type { Key } from '../../directus/types.ts';
import { effectsOf, requireSelection } from '../../guard/limits.ts';
import { leftOut } from '../../guard/replaced.ts';
import { permanence } from '../../guard/undoable.ts';
import { receipt } from '../../result/receipt.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Query } from '../params.ts';
import type { Plan } from '../plan.ts';
import { writeInChunks } from './chunks.ts';
import { SAMPLE } from './create.ts';
import { fieldsOf, inspectRows, noting, refuseEmpty } from './inspect.ts';
import { refuseVanished } from './meanwhile.ts';
import { checkKeys, readKeyed, refuseMissing, selectKeys } from './select.ts';
import { keyField, type Row, type Target } from './target.ts';
import { counted } from './words.ts';

/**
 * Plans to update rows: the same data for all `keys` or for all that match `query.filter`, or, with neither, each row
 * of `rows` by the primary key it holds. Rows that do not exist are an error, and then nothing is changed.
 */
export async function planUpdate(
  context: Context,
  target: Target,
  input: { keys?: Key[] | undefined; query?: Query | undefined; rows: Row[] },
): Promise<Plan | Reply> {
  const pk = await keyField(context, target);
  const given = input.rows;
  refuseEmpty(given, 'change');
  const batch =
    !input.keys && !input.query && given.every((row) => row[pk] !== undefined && row[pk] !== null);
  if (!batch && given.length > 1) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `data holds ${given.length} rows, and not each names its key. Nothing was changed.`,
      `Give one object of new values with keys, or put "${pk}" into every row and leave out keys and query.`,
    );
  }
  if (!batch) requireSelection(input.keys, input.query, 'update');
  const found = await inspectRows(context, target, given);
  const { rows, readFromText, nested, replaced, deletes, systemWrites } = found;

  const keys = batch ? batchKeys(rows, pk) : await selectKeys(context, target, input, pk, 'update');
  if (keys.length === 0)
    return { info: { updated: 0, note: 'No row matches query.filter. Nothing was changed.' } };
  await checkKeys(context, target, keys);
  if (!batch) refuseOtherKey(rows, keys, pk);
  const fields = fieldsOf(rows, pk);
  const before = await readKeyed(context, target, { fields, limit: -1 }, keys);
  refuseMissing(keys, before, pk, target, 'changed');

  const [data = {}] = rows;
  const asked: Row[] = batch ? rows : keys.map((key) => ({ ...data, [pk]: key }));
  const known = new Map(before.map((row) => [String(row[pk]), row]));
  const lost = await leftOut(context, replaced, keys);
  return {
    what: `update ${counted(keys.length, target.collection)}`,
    rows: keys.length + nested * (batch ? 1 : keys.length) + lost.unlinked,
    deletes: [...deletes, ...lost.deletes],
    also: effectsOf([target.collection, ...systemWrites]),
    async preview() {
      const { collection } = target;
      const changed = fields.filter((field) => field !== pk);
      await refuseWithoutRight(context, { collection, action: 'update', fields: changed, keys });
      return {
        changes: asked.slice(0, SAMPLE).map((row) => {
          const { [pk]: key, ...values } = row;
          return { key, changed: becoming(known.get(String(key)) ?? {}, values) };
        }),
        permanent: await permanence(context, collection, 'update', keys, changed),
      };
    },
    state: async () => [
      await readKeyed(context, target, { fields: ['*', ...fields], limit: -1 }, keys),
      lost,
    ],
    async apply(directus) {
      const reply = await writeInChunks(context, asked, 'updated', pk, async (part) => {
        const after = await directus.request<Row[] | undefined>('PATCH', target.endpoint, {
          query: { fields },
          body: batch ? part : { keys: part.map((row) => row[pk]), data },
          signal: context.signal,
        });
        await refuseVanished(context, target, fields, after);
        const was = part.map((row) => known.get(String(row[pk]))).filter((row) => row !== undefined);
        return receipt('updated', pk, part, after ?? [], was);
      });
      return noting(reply, readFromText);
    },
  };
}

/** What would become of a row, by field; a field that stays as it is is left out. */
export function becoming(before: Row, values: Row): Record<string, [unknown, unknown]> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([field, value]) => JSON.stringify(before[field]) !== JSON.stringify(value))
      .map(([field, value]) => [field, [before[field], value]]),
  );
}

/** The key of each row; each row may be named once. */
function batchKeys(rows: Row[], pk: string): Key[] {
  const keys = rows.map((row) => row[pk]);
  const isKey = (key: unknown): key is Key => typeof key === 'string' || typeof key === 'number';
  if (!keys.every(isKey)) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `"${pk}" must be a key in every row of data. Nothing was changed.`,
      'Put each row with its own key into data once.',
    );
  }
  const seen = new Set<string>();
  for (const key of keys.map(String)) {
    if (seen.has(key)) {
      throw new ToolError(
        'INVALID_PAYLOAD',
        `data holds "${key}" twice. Nothing was changed.`,
        'Put each row with its own key into data once.',
      );
    }
    seen.add(key);
  }
  return keys;
}

/** Directus passes over a new key without a word. */
function refuseOtherKey([data = {}]: Row[], keys: Key[], pk: string): void {
  const key = data[pk];
  if (key === undefined || (keys.length === 1 && String(keys[0]) === String(key))) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `data sets "${pk}", and the key of a row cannot be changed. Nothing was changed.`,
    `Leave "${pk}" out of data.`,
  );
}
