import { ToolError } from '../../../directus/errors.ts';
import { type Rights, readRights } from '../../../directus/rights.ts';
import type { Context } from '../../define.ts';
import type { Change } from './activity.ts';
import { type Conflict, conflictsOf } from './check.ts';
import type { Step } from './step.ts';
import { stepsOf } from './steps.ts';
import type { Undone } from './undone.ts';
import { didOf } from './words.ts';
import { createWorld } from './world.ts';

/** A change that can be taken back as it stands. */
export type Ready = { change: Change; steps: Step[]; lost: string[] };

/** A change that stays, and why. */
export type Kept = { change: Change; why: string[] };

export type Prepared = {
  /** Newest first. */
  ready: Ready[];
  /** Changes that nothing leads back from; those before them are undone all the same. */
  impossible: Kept[];
  /** The change that others have changed since: neither it nor what came before it is undone. */
  stopped?: Kept;
  /** Changes before that one. */
  beyond: Change[];
};

/** @prop stamps whether what Directus fills in with every change is put back, too */
export type Options = { undone: Undone; stamps?: boolean | undefined };

/** Looks through changes, newest first, up to the first that others have changed since. */
export async function prepare(context: Context, changes: Change[], options: Options): Promise<Prepared> {
  const world = createWorld(context);
  const rights = await readRights(context.directus, context.signal);
  const known = { calls: new Set<string>(), undone: options.undone };
  const prepared: Prepared = { ready: [], impossible: [], beyond: [] };
  for (const [index, change] of changes.entries()) {
    const { steps, lost } = await stepsOf(context, change, options);
    // What has no way back is still this assistant's, and goes with a row that it had made.
    known.calls.add(change.call);
    if (steps.length === 0) {
      prepared.impossible.push({ change, why: lost });
      continue;
    }
    const conflicts = await conflictsOf(context, world, steps, { after: change.number, known });
    const why = [...lacking(rights, steps), ...conflicts.map(wordsOf)];
    if (why.length > 0) {
      prepared.stopped = { change, why };
      prepared.beyond = changes.slice(index + 1);
      break;
    }
    prepared.ready.push({ change, steps, lost });
    context.progress(index + 1, changes.length, 'changes looked at');
  }
  return prepared;
}

const ACTIONS = { restore: 'update', recreate: 'create', remove: 'delete' } as const;

/** Rights that taking back needs and this user has nowhere, each as a phrase. */
function lacking(rights: Rights, steps: Step[]): string[] {
  const missing = steps.filter(({ collection, kind }) => !rights.may(collection, ACTIONS[kind]));
  const phrases = missing.map(
    ({ collection, kind }) => `you have no permission to ${ACTIONS[kind]} ${collection}`,
  );
  return [...new Set(phrases)];
}

export const wordsOf = ({ row, why, by, at }: Conflict): string =>
  `${row}: ${why}${by ? `, by ${by}` : ''}${at ? ` on ${at}` : ''}`;

/** A change as it is called in answers: `812 (updated articles 41)`. */
export const labelOf = ({ change }: { change: Change }): string => `${change.number} (${didOf(change)})`;

export const sentence = ({ change, why }: Kept): string => `change ${labelOf({ change })}: ${why.join('; ')}`;

/** What is said when nothing can be undone. */
export function nothingToUndo({ stopped, impossible }: Pick<Prepared, 'stopped' | 'impossible'>): ToolError {
  const why = [...(stopped ? [stopped] : []), ...impossible].map(sentence).join('. ');
  return new ToolError(
    stopped ? 'CONFLICT' : 'CANNOT_BE_UNDONE',
    `This cannot be undone: ${why}. Nothing was changed.`,
    'Put the rows right by hand, or undo another change by its number.',
  );
}
