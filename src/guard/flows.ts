import type { Looking } from './cascades.ts';
import { type Flow, reachable, readFlow, type Step } from './flow-steps.ts';
import { type Effects, effectsOf } from './step-effects.ts';
import type { Scope } from './templates.ts';
import { quoted } from './words.ts';

/** What running a flow would do, as far as this user may see it. */
export type Outlook = Omit<Effects, 'runs'> & {
  /** The steps it can reach, those of the flows that it runs included. */
  steps: { flow: string; step: Step }[];
  /** The flows as they are, for telling later whether they are still the same. */
  flows: (Flow | undefined)[];
};

/** Flows that are followed at most; more of them running one another cannot be told through. */
const MOST_FLOWS = 50;

/**
 * Looks through a flow, and through those that it runs, for what a run would do.
 * @param flow undefined when its steps are not to be seen
 * @param scope what is known beforehand of what its templates name
 */
export async function outlook(
  look: Looking,
  flow: Flow | undefined,
  { name, scope = {} }: { name: string; scope?: Scope },
): Promise<Outlook> {
  const found: Outlook = { steps: [], deletes: [], risks: [], lasting: [], flows: [] };
  const seen = new Set<string>();
  let next: { flow: Flow | undefined; name: string; scope: Scope }[] = [{ flow, name, scope }];
  while (next.length > 0) {
    const runs: string[] = [];
    for (const one of next) runs.push(...(await follow(look, found, one)));
    for (const one of next) if (one.flow) seen.add(one.flow.id);
    const ids = [...new Set(runs)].filter((id) => !seen.has(id));
    if (seen.size + ids.length > MOST_FLOWS) {
      found.risks.push('it runs more flows than can be looked through');
      break;
    }
    for (const id of ids) seen.add(id);
    const inner = await Promise.all(ids.map((id) => readFlow(look, id)));
    // What they are given is made by steps before them.
    next = inner.map((read) => ({ flow: read, name: read?.name ?? 'that it runs', scope: {} }));
  }
  return found;
}

/** Adds what the steps of one flow do. @returns the flows that it runs */
async function follow(
  look: Looking,
  found: Outlook,
  { flow, name, scope }: { flow: Flow | undefined; name: string; scope: Scope },
): Promise<string[]> {
  found.flows.push(flow);
  if (!flow) {
    found.risks.push(
      `the steps of the flow ${quoted(name)} cannot be seen by you, so it may do anything, deleting included`,
    );
    found.lasting.push('perhaps all of it: its steps cannot be seen by you');
    return [];
  }
  const runs: string[] = [];
  for (const step of reachable(flow)) {
    if (!step) {
      found.risks.push(
        `a step of the flow ${quoted(name)} cannot be seen by you, so it may do anything, deleting included`,
      );
      continue;
    }
    found.steps.push({ flow: flow.name, step });
    const effects = await effectsOf(look, step, scope, placeOf(step, flow.name));
    found.deletes.push(...effects.deletes);
    found.risks.push(...effects.risks);
    found.lasting.push(...effects.lasting);
    runs.push(...effects.runs);
  }
  return runs;
}

/** Where a step stands, for phrases. */
export function placeOf({ key }: Pick<Step, 'key'>, flow: string): string {
  return `(step ${quoted(key)} of flow ${quoted(flow)})`;
}

/** Looks through one step alone, whether or not it is linked to others yet. */
export function stepOutlook(look: Looking, step: Step, flow: string): Promise<Outlook> {
  const alone: Flow = {
    id: '',
    name: flow,
    status: 'active',
    trigger: null,
    accountability: null,
    options: null,
    operation: step.id,
    operations: [{ ...step, resolve: null, reject: null }],
  };
  return outlook(look, alone, { name: flow });
}
