import type { Writer } from '../../../directus/connection.ts';
import { HalfDoneError, ToolError } from '../../../directus/errors.ts';
import { checkOperation } from '../../../guard/flows.ts';
import { MOST_ROWS } from '../../../guard/limits.ts';
import type { Effect } from '../../../guard/select.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import type { Plan } from '../../plan.ts';
import {
  type Change,
  changeOf,
  changesIn,
  isUndone,
  type Span,
  type Undone,
  undoneBy,
  undoneSince,
} from './activity.ts';
import { type Conflict, conflictsOf } from './check.ts';
import { EFFECTS } from './effects.ts';
import { makeSteps } from './make.ts';
import { receiptOf, shownAs } from './show.ts';
import { type Step, stepsOf } from './steps.ts';
import { didOf } from './words.ts';
import { createWorld } from './world.ts';

/** A change that can be taken back as it stands. */
type Ready = { change: Change; steps: Step[]; lost: string[] };
/** A change that stays, and why. */
type Kept = { change: Change; why: string[] };

type Prepared = {
  ready: Ready[];
  /** Changes that nothing leads back from; those before them are undone all the same. */
  impossible: Kept[];
  /** The change that others have changed since: neither it nor what came before it is undone. */
  stopped?: Kept;
  /** Changes before that one. */
  beyond: Change[];
};

/** Plans to undo the last change, a numbered one, or all since a time or change. */
export async function planUndo(
  context: Context,
  input: { change?: number | undefined; span?: Span | undefined },
): Promise<Plan | Reply> {
  await context.schema.renew(context.signal);
  const { changes, undone } = await chosen(context, input);
  if (changes.length === 0)
    return { info: { undone: 0, note: 'There is nothing to undo. Nothing was changed.' } };
  const prepared = await prepare(context, changes, undone);
  const { ready, impossible, stopped, beyond } = prepared;
  if (ready.length === 0) throw nothingToUndo(prepared);
  const steps = ready.flatMap((one) => one.steps);
  if (steps.length > MOST_ROWS) {
    throw new ToolError(
      'TOO_MANY_ROWS',
      `This would undo ${steps.length} rows; one call may undo ${MOST_ROWS}. Nothing was changed.`,
      'Undo fewer changes at once.',
    );
  }
  const numbers = ready.map(({ change }) => change.number);
  const [only] = ready;
  const removed = steps.filter(({ kind }) => kind === 'remove').length;
  // What an undoing made is not this assistant's own, so taking it away again deletes.
  const again = ready.filter(({ change }) => change.entries.some(({ mark }) => mark.undo));
  const deletedAgain = again.flatMap((one) => one.steps).filter(({ kind }) => kind === 'remove');
  return {
    what:
      ready.length === 1 && only
        ? `undo change ${only.change.number} (${didOf(only.change)})`
        : `undo ${ready.length} changes: ${numbers.join(', ')}`,
    rows: steps.length,
    effects: effectsOf(steps),
    deletes: deletedAgain.map(({ collection, key }) => `${collection} ${key}`),
    risks: [
      ...(removed > 0
        ? [`it removes ${removed} ${removed === 1 ? 'row' : 'rows'} that this assistant made`]
        : []),
      ...(changes.length > 1 ? [`it undoes ${ready.length} of ${changes.length} changes`] : []),
    ],
    preview: async () => ({
      changes: ready.flatMap((one) => one.steps.map((step) => shownAs(step))).slice(0, SHOWN),
      permanent: [
        ...(stopped
          ? [`${sentence(stopped)}; it stays, and so does what was done before it${named(beyond)}`]
          : []),
        ...impossible.map(sentence),
        ...ready.flatMap(({ lost }) => lost),
      ],
    }),
    state: async () => ({
      ready: ready.map((one) => [one.change.call, one.steps, one.lost]),
      stopped: stopped?.why,
      impossible: impossible.map(({ change }) => change.call),
    }),
    apply: (writer) => make(context, writer, prepared, undone),
  };
}

/** Rows that a preview or an answer shows. */
const SHOWN = 10;

async function chosen(
  context: Context,
  { change: number, span }: { change?: number | undefined; span?: Span | undefined },
): Promise<{ changes: Change[]; undone: Undone }> {
  if (number !== undefined) {
    const change = await changeOf(context, number);
    const undone = await undoneSince(context, change.number);
    const by = undoneBy(undone, change.call);
    if (!by) return { changes: [change], undone };
    throw new ToolError(
      'UNDONE',
      `Change ${change.number} was undone already, on ${by.at}. Nothing was changed.`,
    );
  }
  if (!span) return last(context);
  const changes: Change[] = [];
  for await (const change of changesIn(context, span)) if (!isUndoing(change)) changes.push(change);
  const undone = await undoneSince(context, changes.at(-1)?.number ?? Number.MAX_SAFE_INTEGER);
  return { changes: changes.filter((change) => !isUndone(undone, change)), undone };
}

/** The newest change that is in force. */
async function last(context: Context): Promise<{ changes: Change[]; undone: Undone }> {
  for await (const change of changesIn(context, {})) {
    if (isUndoing(change)) continue;
    const undone = await undoneSince(context, change.number);
    if (!isUndone(undone, change)) return { changes: [change], undone };
  }
  return { changes: [], undone: new Map() };
}

const isUndoing = ({ entries }: Change): boolean => entries.some(({ mark }) => mark.undo);

/** Looks through changes, newest first, up to the first that others have changed since. */
async function prepare(context: Context, changes: Change[], undone: Undone): Promise<Prepared> {
  const world = createWorld(context);
  const known = { calls: new Set<string>(), undone };
  const prepared: Prepared = { ready: [], impossible: [], beyond: [] };
  for (const [index, change] of changes.entries()) {
    const { steps, lost } = await stepsOf(context, change, undone);
    if (steps.length === 0) {
      prepared.impossible.push({ change, why: lost });
      continue;
    }
    await checkSteps(context, steps);
    known.calls.add(change.call);
    const conflicts = await conflictsOf(context, world, steps, { after: change.number, known });
    if (conflicts.length > 0) {
      prepared.stopped = { change, why: conflicts.map(wordsOf) };
      prepared.beyond = changes.slice(index + 1);
      break;
    }
    prepared.ready.push({ change, steps, lost });
    context.progress(index + 1, changes.length, 'changes looked at');
  }
  return prepared;
}

/** Undoes one change after the other, each looked at anew before. */
async function make(context: Context, writer: Writer, prepared: Prepared, undone: Undone): Promise<Reply> {
  const done: Ready[] = [];
  let { stopped, beyond } = prepared;
  const rows: unknown[] = [];
  const warnings: string[] = [];
  const calls = new Set<string>();
  for (const [index, { change }] of prepared.ready.entries()) {
    try {
      context.signal.throwIfAborted();
      context.schema.forget();
      const { steps, lost } = await stepsOf(context, change, undone);
      calls.add(change.call);
      const conflicts = await conflictsOf(context, createWorld(context), steps, {
        after: change.number,
        known: { calls, undone },
      });
      if (conflicts.length > 0) {
        stopped = { change, why: conflicts.map(wordsOf) };
        beyond = [...prepared.ready.slice(index + 1).map((one) => one.change), ...prepared.beyond];
        break;
      }
      await makeSteps(context, writer, change.call, steps);
      const receipt = await receiptOf(context, steps);
      rows.push(...receipt.rows);
      warnings.push(...receipt.warnings);
      done.push({ change, steps, lost });
      context.progress(index + 1, prepared.ready.length, 'changes undone');
    } catch (error) {
      throw done.length > 0 ? new HalfDoneError('undone', done.map(labelOf), error) : error;
    }
  }
  if (done.length === 0) throw nothingToUndo({ ...prepared, ready: [], ...(stopped ? { stopped } : {}) });
  const notUndone = [
    ...(stopped ? [sentence(stopped)] : []),
    ...beyond.map((change) => `${labelOf({ change })}: it was made before that`),
    ...prepared.impossible.map(sentence),
    ...done.flatMap(({ lost }) => lost),
  ];
  return {
    info: {
      undone: done.map(labelOf),
      ...(notUndone.length > 0 ? { notUndone } : {}),
      ...(warnings.length > 0 ? { warning: warnings.join('; ') } : {}),
      ...(rows.length > SHOWN ? { shown: `the first ${SHOWN} of ${rows.length} rows` } : {}),
    },
    data: rows.slice(0, SHOWN),
  };
}

const labelOf = ({ change }: { change: Change }): string => `${change.number} (${didOf(change)})`;
const sentence = ({ change, why }: Kept): string => `change ${labelOf({ change })}: ${why.join('; ')}`;
const named = (changes: Change[]): string =>
  changes.length > 0 ? ` (${changes.map(({ number }) => number).join(', ')})` : '';
const wordsOf = ({ row, why, by, at }: Conflict): string =>
  `${row}: ${why}${by ? `, by ${by}` : ''}${at ? ` on ${at}` : ''}`;

function nothingToUndo({ stopped, impossible }: Prepared): ToolError {
  const why = [...(stopped ? [stopped] : []), ...impossible].map(sentence).join('. ');
  return new ToolError(
    stopped ? 'CONFLICT' : 'CANNOT_BE_UNDONE',
    `This cannot be undone: ${why}. Nothing was changed.`,
    'Put the rows right by hand, or undo another change by its number.',
  );
}

/** Nothing comes back by being undone that could not be made by itself. */
async function checkSteps(context: Context, steps: Step[]): Promise<void> {
  for (const { collection, kind, values } of steps) {
    if (kind === 'remove') continue;
    if (collection === 'directus_operations') await checkOperation(context, values);
  }
}

/** Which effects taking steps back has, beside that of writing content. */
function effectsOf(steps: Step[]): Effect[] {
  return [...new Set(steps.flatMap(({ collection }) => EFFECTS[collection] ?? []))];
}
