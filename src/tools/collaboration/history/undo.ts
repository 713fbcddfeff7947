import type { Undo } from '../../../directus/agent.ts';
import type { Directus } from '../../../directus/connection.ts';
import { HalfDoneError, ToolError } from '../../../directus/errors.ts';
import type { Field } from '../../../directus/types.ts';
import { effectsOf, MOST_ROWS } from '../../../guard/limits.ts';
import { several } from '../../../guard/words.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import type { Plan } from '../../plan.ts';
import type { Change } from './activity.ts';
import { conflictsOf } from './check.ts';
import { type Choice, choose, isUndoing } from './choose.ts';
import { deletesOfSteps } from './deleting.ts';
import { makeSteps } from './make.ts';
import {
  type Kept,
  labelOf,
  nothingToUndo,
  type Options,
  type Prepared,
  prepare,
  type Ready,
  sentence,
  wordsOf,
} from './prepare.ts';
import { receiptOf, shownAs } from './show.ts';
import { stampsOf } from './stamps.ts';
import { stepsOf } from './steps.ts';
import { rowName } from './words.ts';
import { createWorld } from './world.ts';

/**
 * Plans to undo the last change, a numbered one, or all since a time or change, newest first.
 * @throws ToolError when none can be undone, with the reason of each
 */
export async function planUndo(
  context: Context,
  input: Choice & { stamps?: boolean | undefined },
): Promise<Plan | Reply> {
  await context.schema.renew(context.signal);
  const { changes, undone } = await choose(context, input);
  if (changes.length === 0)
    return { info: { undone: 0, note: 'There is nothing to undo. Nothing was changed.' } };
  const options = { undone, stamps: input.stamps };
  const prepared = await prepare(context, changes, options);
  if (prepared.ready.length === 0) throw nothingToUndo(prepared);
  const steps = prepared.ready.flatMap((one) => one.steps);
  if (steps.length > MOST_ROWS) {
    throw new ToolError(
      'TOO_MANY_ROWS',
      `This would undo ${steps.length} rows; one call may undo ${MOST_ROWS}. Nothing was changed.`,
      'Undo fewer changes at once.',
    );
  }
  const stamps = await stampsOf(context, steps);
  const [only] = prepared.ready;
  const touched = [
    ...steps.map(({ collection }) => collection),
    ...(input.stamps && stamps.length > 0 ? [MARKS] : []),
  ];
  return {
    what:
      prepared.ready.length === 1 && only
        ? `undo change ${labelOf(only)}`
        : `undo ${prepared.ready.length} changes: ${prepared.ready.map(({ change }) => change.number).join(', ')}`,
    rows: steps.length,
    also: effectsOf(touched),
    deletes: [...deletedAgain(prepared.ready), ...(await deletesOfSteps(context, steps))],
    risks: risksOf(prepared, {
      all: changes.length,
      isSpan: input.span !== undefined,
      stamps: input.stamps ? stamps : [],
    }),
    preview: async () => ({
      changes: steps.slice(0, SHOWN).map(shownAs),
      permanent: [...staysOf(prepared), ...(input.stamps ? [] : stampsIn(stamps))],
    }),
    state: async () => ({
      ready: prepared.ready.map((one) => [one.change.call, one.steps, one.lost]),
      stopped: prepared.stopped?.why,
      impossible: prepared.impossible.map(({ change }) => change.call),
    }),
    apply: (_directus, undoing) => {
      if (!undoing) throw new Error('what is undone must be marked as such');
      return make(context, undoing, prepared, options);
    },
  };
}

/** Rows that a preview or an answer shows. */
const SHOWN = 10;
/** Where it stands which fields Directus fills in. */
const MARKS = 'directus_fields';

/** What an undoing made is not this assistant's own, so that taking it away again deletes. */
function deletedAgain(ready: Ready[]): string[] {
  const steps = ready.filter(({ change }) => isUndoing(change)).flatMap((one) => one.steps);
  return steps
    .filter(({ kind }) => kind === 'remove')
    .map(({ collection, key }) => `${rowName(collection, key)}, which an undoing had made again`);
}

function risksOf(
  { ready }: Prepared,
  { all, isSpan, stamps }: { all: number; isSpan: boolean; stamps: Field[] },
): string[] {
  const removed = ready.flatMap((one) => one.steps).filter(({ kind }) => kind === 'remove').length;
  const names = stamps.map(({ collection, field }) => `${collection}.${field}`).join(', ');
  return [
    ...(removed > 0 ? [`it removes ${several(removed, 'row')} that this assistant made`] : []),
    ...(names ? [`while it runs, Directus fills in ${names} for nobody`] : []),
    ...(isSpan ? [`it undoes ${ready.length} of ${several(all, 'change')}`] : []),
  ];
}

/** What is not undone, each a phrase with the reason. */
function staysOf({ ready, stopped, beyond, impossible }: Prepared): string[] {
  return [
    ...(stopped ? [sentence(stopped)] : []),
    ...beyond.map((change) => `change ${labelOf({ change })}: it was made before that`),
    ...impossible.map(sentence),
    ...ready.flatMap(({ lost }) => lost),
  ];
}

/** Directus fills these in for the undoing as for any change. */
function stampsIn(stamps: Field[]): string[] {
  const names = stamps.map(({ collection, field }) => `${collection}.${field}`);
  return names.length > 0 ? [`${names.join(', ')}: Directus fills them in (unless with stamps:true)`] : [];
}

/** Undoes one change after the other, each looked at anew before. */
async function make(
  context: Context,
  undoing: (undo: Undo) => Directus,
  prepared: Prepared,
  options: Options,
): Promise<Reply> {
  const done: Ready[] = [];
  const receipts: Awaited<ReturnType<typeof receiptOf>>[] = [];
  const calls = new Set(prepared.impossible.map(({ change }) => change.call));
  const impossible = [...prepared.impossible];
  let { stopped, beyond } = prepared;
  for (const [index, { change }] of prepared.ready.entries()) {
    try {
      context.signal.throwIfAborted();
      const now = await again(context, change, calls, options);
      if ('why' in now) {
        stopped = now;
        beyond = [...prepared.ready.slice(index + 1).map((one) => one.change), ...prepared.beyond];
        break;
      }
      // What led back went meanwhile: its collection, or its revisions.
      if (now.steps.length === 0) {
        impossible.push({ change, why: now.lost });
        continue;
      }
      await makeSteps(context, undoing, now);
      receipts.push(await receiptOf(context, now.steps));
      done.push(now);
      context.progress(index + 1, prepared.ready.length, 'changes undone');
    } catch (error) {
      throw done.length > 0 ? new HalfDoneError('undone', done.map(labelOf), error) : error;
    }
  }
  const account = { ...prepared, ready: done, beyond, impossible, ...(stopped ? { stopped } : {}) };
  if (done.length === 0) throw nothingToUndo(account);
  const stays = staysOf(account);
  const rows = receipts.flatMap((one) => one.rows);
  const warnings = receipts.flatMap((one) => one.warnings);
  return {
    info: {
      undone: done.map(labelOf),
      ...(stays.length > 0 ? { notUndone: stays } : {}),
      ...(warnings.length > 0 ? { warning: warnings.join('; ') } : {}),
      ...(rows.length > SHOWN ? { shown: `the first ${SHOWN} of ${rows.length} rows` } : {}),
    },
    data: rows.slice(0, SHOWN),
  };
}

/** A change as it stands at the moment at which it is to be undone. */
async function again(
  context: Context,
  change: Change,
  calls: Set<string>,
  options: Options,
): Promise<(Ready & { stamps: boolean }) | Kept> {
  context.schema.forget();
  const { steps, lost } = await stepsOf(context, change, options);
  calls.add(change.call);
  const known = { calls, undone: options.undone };
  const found = await conflictsOf(context, createWorld(context), steps, { after: change.number, known });
  if (found.length > 0) return { change, why: found.map(wordsOf) };
  return { change, steps, lost, stamps: options.stamps === true };
}
