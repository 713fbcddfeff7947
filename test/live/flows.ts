import { randomUUID } from 'node:crypto';
import { rest } from './helpers.ts';
import type { Row } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

/*
 * Flows of tests. Directus 12 without a license runs five active flows and the newsroom has one, so a test makes few
 * and `removeFlows` is called after each.
 */

const made: string[] = [];

/** A step as a test writes it: `resolve` and `reject` are keys of other steps, which come later in the list. */
export type TestStep = { key: string; type: string; options?: Row; resolve?: string; reject?: string };

/** An active manual flow on articles with these steps, the first of which begins it. */
export async function freshFlow(
  steps: TestStep[] = [],
  fields: Row = {},
): Promise<{ id: string; name: string }> {
  const id = randomUUID();
  const ids = new Map(steps.map(({ key }) => [key, randomUUID()]));
  const idOf = (key: string | undefined) => (key === undefined ? null : ids.get(key));
  const name = `Made by a test ${id.slice(0, 8)}`;
  const { status, errors } = await rest(sharedDirectus().admin.token)('POST', '/flows', {
    id,
    name,
    status: 'active',
    trigger: 'manual',
    accountability: 'all',
    options: { collections: ['articles'], requireSelection: true, async: false },
    operation: idOf(steps[0]?.key),
    operations: {
      create: steps.toReversed().map(({ resolve, reject, ...step }, index) => ({
        position_x: 19 + 18 * (steps.length - 1 - index),
        position_y: 1,
        ...step,
        id: idOf(step.key),
        resolve: idOf(resolve),
        reject: idOf(reject),
      })),
      update: [],
      delete: [],
    },
    ...fields,
  });
  if (status !== 200) throw new Error(`No flow could be made: ${JSON.stringify(errors)}`);
  made.push(id);
  return { id, name };
}

/** To be removed after the test, too. */
export function alsoRemove(id: unknown): void {
  made.push(String(id));
}

export async function removeFlows(): Promise<void> {
  for (const id of made.splice(0)) await rest(sharedDirectus().admin.token)('DELETE', `/flows/${id}`);
}

/** The steps of a flow as Directus has them. */
export async function stepsOf(flow: string): Promise<Row[]> {
  const path = `/operations?filter[flow][_eq]=${flow}&sort=position_x,position_y,key&limit=-1`;
  return (await rest(sharedDirectus().admin.token)('GET', path)).data as Row[];
}
