import { ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import { type Flow, reachable, readFlow, type Step } from '../../guard/flow-steps.ts';
import { outlook, stepOutlook } from '../../guard/flows.ts';
import { rootsOf } from '../../guard/templates.ts';
import { permanence } from '../../guard/undoable.ts';
import { quoted } from '../../guard/words.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import { isPlan, type Plan } from '../plan.ts';
import { inspectRows, refuseEmpty } from '../rows/inspect.ts';
import type { Row } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';
import { bad } from '../wrong.ts';
import { findFlow } from './find-flow.ts';
import { checkLinks, LINKS, placed, stepId } from './graph.ts';
import { shapeStep } from './shape.ts';
import { checkOptions, checkType } from './step-types.ts';
import { checkKey, checkTemplates, newStep, OPERATIONS, rowOf } from './steps.ts';

/** A step with the flow it belongs to. */
export type Placed = { flow: Flow; step: Step };

/** Plans a new step, after another or as the first of its flow. */
export async function planStep(context: Context, data: Row): Promise<Plan> {
  refuseEmpty([data], 'store');
  const { flow: owner, after, ...given } = data;
  if (typeof owner !== 'string') throw bad('flow', 'is missing', 'Give the id or name of the flow.');
  const flowId = await findFlow(context, owner);
  const flow = await readFlow(context, flowId);
  if (!flow)
    throw new ToolError(
      'FORBIDDEN',
      'You may not see the steps of flows. Nothing was done.',
      'Ask an administrator.',
    );
  const step = await newStep(context, given);
  const before = stepId(flow.operations, after, 'data.after');
  const linked = linkIn(flow, step, before, given);
  const { operations: steps } = linked;
  checkLinks(steps);
  const [made = step] = placed(steps).filter(({ id }) => id === step.id);
  checkTemplates(made, steps);
  const isRun = reachable(linked).some((one) => one?.id === made.id);
  const deletes = await newDeletes(context, flow, linked, made);
  return {
    what: `add the step ${quoted(made.key)} (${made.type}) to the flow ${quoted(flow.name)}`,
    rows: 1,
    deletes,
    preview: async () => {
      const { id: _id, ...shown } = shapeStep(made, steps);
      return {
        changes: [{ new: { ...shown, ...(before ? { after } : {}) } }],
        cascades: isRun ? [] : ['no step leads to it, so it would not run yet'],
        permanent: await permanence(context, OPERATIONS.collection, 'create', []),
      };
    },
    state: () => stateOf(context, linked, made),
    async apply(directus) {
      // By way of its flow, in one request, so that Directus makes and links it or does nothing.
      const { resolve, reject, ...alone } = rowOf(made);
      await directus.request('PATCH', path`/flows/${flow.id}`, {
        query: { fields: ['id'] },
        body: {
          ...(linked.operation === flow.operation ? {} : { operation: linked.operation }),
          operations: {
            create: [alone],
            update: [
              ...relinked(flow, linked),
              ...(resolve || reject ? [{ id: made.id, resolve, reject }] : []),
            ],
            delete: [],
          },
        },
        signal: context.signal,
      });
      const stored = await readFlow(context, flow.id);
      const row = stored?.operations.find(({ id }) => id === made.id);
      return {
        info: {
          created: made.id,
          ...(isRun ? {} : { note: 'No step leads to it yet: update one (resolve or reject).' }),
        },
        data: row && stored ? shapeStep(row, stored.operations) : undefined,
      };
    },
  };
}

/** The flow with a new step in it: after another, before what followed that one; or as the first of all. */
function linkIn(flow: Flow, step: Step, before: string | null, given: Row): Flow {
  const [resolve = null, reject = null] = LINKS.map((link) =>
    stepId([...flow.operations, step], given[link], `data.${link}`),
  );
  const previous = flow.operations.find(({ id }) => id === before);
  const made = { ...step, resolve: resolve ?? previous?.resolve ?? null, reject };
  const others = flow.operations.map((one) => (one === previous ? { ...one, resolve: step.id } : one));
  const isFirst = flow.operation === null && flow.operations.length === 0;
  return { ...flow, operation: isFirst ? step.id : flow.operation, operations: [...others, made] };
}

/** The steps that were there before and lead elsewhere now. */
function relinked(before: Flow, after: Flow): Row[] {
  return before.operations.flatMap((old) => {
    const now = after.operations.find(({ id }) => id === old.id);
    if (!now || (now.resolve === old.resolve && now.reject === old.reject)) return [];
    return [{ id: old.id, resolve: now.resolve, reject: now.reject }];
  });
}

/** What would be deleted by the step itself, and, where the flow is active, by all that it can reach from now on. */
async function newDeletes(context: Context, before: Flow, after: Flow, step?: Step): Promise<string[]> {
  const own = step ? (await stepOutlook(context, step, after.name)).deletes : [];
  if (after.status !== 'active') return own;
  const [was, is] = [
    await outlook(context, before, { name: before.name }),
    await outlook(context, after, { name: after.name }),
  ];
  return [...new Set([...own, ...is.deletes.filter((phrase) => !was.deletes.includes(phrase))])];
}

/** Plans other values for a step; links may name other steps by their keys. */
export async function planStepChange(
  context: Context,
  { flow, step }: Placed,
  given: Row,
): Promise<Plan | Reply> {
  refuseEmpty([given], 'change');
  const stray = ['flow', 'id', 'after'].find((name) => name in given);
  if (stray) throw bad(stray, 'cannot be changed', 'Create a step in the right place and delete this one.');
  const { rows } = await inspectRows(context, OPERATIONS, [{ ...given, resolve: null, reject: null }]);
  const data: Row = {};
  for (const name of Object.keys(given)) data[name] = rows[0]?.[name];
  for (const link of LINKS)
    if (link in given) data[link] = stepId(flow.operations, given[link], `data.${link}`);
  if ('key' in data) checkKey(data.key, '');
  const now = { ...step, ...data } as Step;
  const isOther = 'type' in data || 'options' in data;
  if ('type' in data) await checkType(context, data.type, '');
  if (isOther) now.options = await checkOptions(context, now.type, now.options, '');
  if ('options' in data) data.options = now.options;
  const after = { ...flow, operations: flow.operations.map((one) => (one.id === step.id ? now : one)) };
  checkLinks(after.operations);
  if (isOther) checkTemplates(now, after.operations);
  const plan = await planUpdate(context, OPERATIONS, { keys: [step.id], rows: [data] });
  if (!isPlan(plan)) return plan;
  const deletes = await newDeletes(context, flow, after, isOther ? now : undefined);
  const users =
    now.key === step.key ? [] : flow.operations.filter((one) => rootsOf(one.options).includes(step.key));
  return {
    ...plan,
    what: `update the step ${quoted(step.key)} of the flow ${quoted(flow.name)}`,
    deletes: [...(plan.deletes ?? []), ...deletes],
    preview: async () => ({
      ...(await plan.preview()),
      cascades: users.map(
        (one) => `step ${quoted(one.key)} uses {{ ${step.key} }}, which would then be empty`,
      ),
    }),
    state: () => stateOf(context, after, now),
  };
}

/** The flow as it is, and those that it and its new or changed step would run. */
async function stateOf(context: Context, after: Flow, step: Step): Promise<unknown> {
  const looks = [
    await outlook(context, after, { name: after.name }),
    await stepOutlook(context, step, after.name),
  ];
  return [await readFlow(context, after.id), ...looks.map(({ flows }) => flows.slice(1))];
}

/** Plans to take a step out of its flow; what led to it leads to nothing then. */
export async function planStepRemoval(context: Context, { flow, step }: Placed): Promise<Plan> {
  const others = flow.operations.filter((one) => one !== step);
  const unlinked = others.map((one) => ({
    ...one,
    resolve: one.resolve === step.id ? null : one.resolve,
    reject: one.reject === step.id ? null : one.reject,
  }));
  const operation = flow.operation === step.id ? null : flow.operation;
  const after: Flow = { ...flow, operation, operations: unlinked };
  const stillRun = reachable(after);
  const lost = reachable(flow).filter(
    (one) => one && one !== step && !stillRun.some((left) => left?.id === one.id),
  );
  return {
    what: `delete the step ${quoted(step.key)} of the flow ${quoted(flow.name)}`,
    rows: 1,
    preview: async () => ({
      changes: [{ deleted: shapeStep(step, flow.operations) }],
      cascades: [
        ...others
          .filter((one) => one.resolve === step.id || one.reject === step.id)
          .map((one) => `step ${quoted(one.key)} would lead to nothing in its place`),
        ...(operation === flow.operation ? [] : ['the flow would have no first step, and do nothing']),
        ...lost.map((one) => `step ${quoted(one?.key ?? '')} would not be reached any more`),
      ],
      permanent: await permanence(context, OPERATIONS.collection, 'delete', [step.id]),
    }),
    state: () => readFlow(context, flow.id),
    async apply(directus) {
      // By way of its flow: Directus refuses to delete a step that another leads to, and here unlinks it in the same go.
      await directus.request('PATCH', path`/flows/${flow.id}`, {
        query: { fields: ['id'] },
        body: {
          ...(operation === flow.operation ? {} : { operation }),
          operations: { create: [], update: relinked(flow, after), delete: [step.id] },
        },
        signal: context.signal,
      });
      return { info: { deleted: [step.id] } };
    },
  };
}
