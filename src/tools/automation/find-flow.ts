import type { Context } from '../define.ts';
import { findByName } from '../find.ts';

/** The id of a flow by its id or name. */
export function findFlow(context: Context, given: string | number): Promise<string> {
  return findByName(context, { endpoint: '/flows', what: 'flow' }, String(given));
}
