import { randomUUID } from 'node:crypto';
import { ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import type { Step } from '../../guard/flow-steps.ts';
import { rootsOf } from '../../guard/templates.ts';
import { quoted } from '../../guard/words.ts';
import { didYouMean } from '../../settings/suggest.ts';
import type { Context } from '../define.ts';
import { inspectRows } from '../rows/inspect.ts';
import type { Row, Target } from '../rows/target.ts';
import { bad } from '../wrong.ts';
import { checkLinks, LINKS, placed, starts, stepId } from './graph.ts';
import { checkOptions, checkType } from './step-types.ts';

export const OPERATIONS: Target = { collection: 'directus_operations', endpoint: '/operations' };

/** More steps than any flow that people made has. */
const MOST_STEPS = 100;

/** The words that every template can begin with beside the keys of steps. */
const ALWAYS = ['$trigger', '$last', '$accountability', '$env'];

/** The steps of a new flow, checked, linked and placed; a list without links is run from the first to the last. */
export async function newSteps(context: Context, given: unknown): Promise<Step[]> {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given) || !given.every(isObject) || given.length > MOST_STEPS) {
    throw bad(
      'operations',
      `must be a list of at most ${MOST_STEPS} steps`,
      'For example [{"key":"read","type":"item-read","options":{"collection":"articles"}}].',
    );
  }
  const steps: (Step & { links: Row })[] = [];
  for (const [index, row] of given.entries()) {
    const at = `operations.${index}.`;
    for (const name of ['flow', 'id', 'operation'])
      if (name in row)
        throw bad(`${at}${name}`, 'is given by Directus', 'Link steps by their keys: resolve, reject.');
    steps.push({ ...(await newStep(context, row, at)), links: row });
  }
  const isLinked = given.some((row) => LINKS.some((link) => row[link] !== undefined && row[link] !== null));
  const linked = steps.map(({ links, ...step }, index): Step => {
    if (!isLinked) return { ...step, resolve: steps[index + 1]?.id ?? null };
    const [resolve = null, reject = null] = LINKS.map((link) =>
      stepId(steps, links[link], `data.operations.${index}.${link}`),
    );
    return { ...step, resolve, reject };
  });
  checkLinks(linked);
  const [, ...others] = starts(linked);
  if (others.length > 0) {
    throw bad(
      'operations',
      `leaves ${others.map(({ key }) => quoted(key)).join(', ')} without a step before it, so that it would never run`,
      'Name it as resolve or reject of another step.',
    );
  }
  for (const step of linked) checkTemplates(step, linked);
  return placed(linked);
}

/** A step that is linked to nothing yet. */
export async function newStep(context: Context, given: Row, at = ''): Promise<Step> {
  const { resolve: _resolve, reject: _reject, ...row } = given;
  const { key, type, options, name, position_x, position_y } =
    (await inspectRows(context, OPERATIONS, [row], true)).rows[0] ?? {};
  checkKey(key, at);
  if (type === undefined) throw bad(`${at}type`, 'is missing', 'For example item-create, mail or request.');
  await checkType(context, type, at);
  return {
    id: randomUUID(),
    key,
    type: String(type),
    name: typeof name === 'string' ? name : null,
    options: await checkOptions(context, String(type), options, at),
    resolve: null,
    reject: null,
    position_x: position_x as number,
    position_y: position_y as number,
  };
}

export function checkKey(key: unknown, at: string): asserts key is string {
  if (typeof key === 'string' && /^[A-Za-z_][\w-]*$/.test(key) && key.length <= 60) return;
  throw bad(
    `${at}key`,
    key === undefined || key === null ? 'is missing' : 'cannot be that',
    'Name the step by letters, digits and underscores: others read what it gives as {{ key }}.',
  );
}

/** Refuses a template that names no step: Directus would fill in nothing. */
export function checkTemplates({ key, options }: Step, steps: Pick<Step, 'key'>[]): void {
  const known = [...ALWAYS, ...steps.map((step) => step.key)];
  const stray = rootsOf(options).find((root) => !known.includes(root));
  if (stray === undefined) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `Step ${quoted(key)} uses {{ ${stray} }}, and no step of the flow has that key.${didYouMean(stray, known)} Nothing was changed.`,
    `Templates can name: ${known.join(', ')}.`,
  );
}

/** A new step as it is sent. */
export function rowOf({ name, ...step }: Step): Row {
  return { ...step, ...(name === null || name === undefined ? {} : { name }) };
}
