import { isObject } from '../../../directus/objects.ts';
import { stepOutlook } from '../../../guard/flows.ts';
import type { Context } from '../../define.ts';
import type { Row } from './past.ts';
import type { Step } from './step.ts';
import { createWorld } from './world.ts';

/** What steps of flows that are put back would delete whenever they run: they are no way round the guard on those. */
export async function deletesOfSteps(context: Context, steps: Step[]): Promise<string[]> {
  const own = steps.filter(
    ({ collection, kind }) => collection === 'directus_operations' && kind !== 'remove',
  );
  if (own.length === 0) return [];
  const keys = own.map(({ key }) => key);
  const rows = await createWorld(context).rows('directus_operations', keys, ['key', 'type', 'options']);
  const found = own.map(({ key, values }) =>
    deletesByStep(context, { ...rows.get(String(key)), ...values, id: key }),
  );
  return [...new Set((await Promise.all(found)).flat())];
}

async function deletesByStep(context: Context, { id, key, type, options }: Row): Promise<string[]> {
  const step = {
    id: String(id),
    key: String(key),
    type: String(type),
    options: isObject(options) ? options : null,
    resolve: null,
    reject: null,
    position_x: 0,
    position_y: 0,
  };
  return (await stepOutlook(context, step, 'it belongs to')).deletes;
}
