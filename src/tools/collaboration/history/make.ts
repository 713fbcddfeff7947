import type { Undo } from '../../../directus/agent.ts';
import type { Directus, Method } from '../../../directus/connection.ts';
import type { Context } from '../../define.ts';
import { inTurn } from '../../in-turn.ts';
import { modelRequests } from './make-model.ts';
import { rowRequests } from './make-rows.ts';
import { withoutStamps } from './stamps.ts';
import { isModel, type Step } from './step.ts';

/** @prop what rows it is about, in words */
export type Request = { method: Method; target: string; body?: unknown; what: string };

/**
 * Makes the steps of one change: first the rows that are missing, then what rows pointed at and held, and last what
 * was made goes, so that nothing is ever left pointing at nothing.
 * @throws HalfDoneError naming what was put back when a later request fails; undoing the change again does the rest
 */
export async function makeSteps(
  context: Context,
  undoing: (undo: Undo) => Directus,
  { change: { call }, steps, stamps }: { change: { call: string }; steps: Step[]; stamps: boolean },
): Promise<void> {
  const requests = [...(await rowRequests(context, steps)), ...(await modelRequests(context, steps))];
  const last = requests.at(-1);
  const send = (request: Request) => {
    const { method, target, body } = request;
    const directus = undoing({ call, whole: request === last });
    return directus.request(method, target, {
      ...(body === undefined ? {} : { body }),
      signal: context.signal,
    });
  };
  const make = () => inTurn(requests, 'put back', send, ({ what }) => what);
  try {
    if (stamps) await withoutStamps(context, undoing({ call, whole: false }), steps, make);
    else await make();
  } finally {
    if (stamps || steps.some(({ collection }) => isModel(collection))) context.schema.forget();
  }
}
