import type { Context } from '../../define.ts';
import { isBirthStamp, isStamp } from './past.ts';
import { same } from './same.ts';
import { pick, type Step } from './step.ts';
import { rowName } from './words.ts';
import { createWorld } from './world.ts';

const NAMES = { restore: 'restored', recreate: 'recreated', remove: 'removed' };

/** A step for those who decide on it: each field as it is and as it would be. */
export function shownAs({ collection, key, name, kind, values, left }: Step): unknown {
  const row = rowName(collection, name ?? key);
  if (kind === 'restore') {
    const changed = Object.entries(values).map(([field, value]) => [field, [left[field] ?? null, value]]);
    return { row, changed: Object.fromEntries(changed) };
  }
  return { row, [NAMES[kind]]: kind === 'remove' ? left : filled(values) };
}

/** What was made of the steps, as read back. */
export async function receiptOf(
  context: Context,
  steps: Step[],
): Promise<{ rows: unknown[]; warnings: string[] }> {
  const rows: unknown[] = [];
  const warnings: string[] = [];
  const world = createWorld(context);
  for (const [collection, own] of Map.groupBy(steps, (step) => step.collection)) {
    const fields = await context.schema.fields(collection, context.signal);
    const byDirectus = fields.filter((one) => isStamp(one) || isBirthStamp(one)).map(({ field }) => field);
    const columns = fields.filter(({ type }) => type !== 'alias').map(({ field }) => field);
    const keys = own.map(({ key }) => key);
    // A collection that was taken away has no rows to read back.
    const now = columns.length > 0 ? await world.rows(collection, keys, columns) : new Map();
    for (const step of own) {
      const row = now.get(String(step.key));
      const label = rowName(collection, step.name ?? step.key);
      if (step.kind === 'remove') {
        rows.push({ row: label, removed: !row });
        if (row) warnings.push(`${label} is still there`);
        continue;
      }
      const odd = Object.entries(step.values)
        .filter(([name, value]) => !byDirectus.includes(name) && !same(row?.[name], value))
        .map(([name]) => name);
      if (odd.length > 0) warnings.push(`stored otherwise in ${label}: ${odd.join(', ')}`);
      rows.push(
        shownAs({ ...step, values: { ...step.values, ...pick(row ?? {}, Object.keys(step.values)) } }),
      );
    }
  }
  return { rows, warnings };
}

const filled = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
