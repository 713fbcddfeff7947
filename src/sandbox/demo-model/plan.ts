import type { Recorded } from './conversation.ts';
import type { Reply } from './reply.ts';
import type { Toolbox } from './toolbox.ts';

/** One call of a Directus tool, named and shaped as Directus names and shapes it. */
export type Step = { tool: string; input: Record<string, unknown> };

/**
 * How a request is carried out: yields the next call, is given its reply, returns what is said in the end.
 * A plan keeps no state. It is run from its start for every request to the model, and fed the replies that the
 * history holds, until it yields a call that nobody has made yet.
 */
export type Plan<Result = string> = Generator<Step, Result, Reply>;

/** Ends a plan with words for the person. */
export class Tell extends Error {}

/** Makes a call whose reply must be good; anything else is told to the person. */
export function* ask(tool: string, input: Record<string, unknown>): Plan<Reply> {
  const reply = yield { tool, input };
  const action = typeof input.action === 'string' ? ` ${input.action}` : '';
  if (reply.denied) throw new Tell(`The call \`${tool}${action}\` was not approved. Nothing was changed.`);
  if (reply.failed)
    throw new Tell(`The tool \`${tool}${action}\` could not do it. It said:\n\n${quote(reply.words)}`);
  return reply;
}

/** What comes next: the first call of the plan that the history does not hold, or the plan's last words. */
export function nextStep(
  plan: Plan,
  history: { now: Recorded[]; before: Recorded[] },
  toolbox: Toolbox,
): { kind: 'text'; text: string } | { kind: 'call'; name: string; input: Record<string, unknown> } {
  const made = [...history.now];
  const seen = [...history.before];
  try {
    let next = plan.next();
    while (!next.done) {
      const wire = toolbox.wire(next.value);
      let reply = known(wire, seen);
      if (!reply) {
        const call = made.shift();
        if (!call) return { kind: 'call', ...wire };
        if (call.name !== wire.name)
          throw new Tell('I lost the thread of this conversation. Please ask again.');
        if (!call.reply) throw new Tell(`The call of \`${call.name}\` was stopped. Ask again to start over.`);
        seen.push(call);
        reply = call.reply;
      }
      next = plan.next(reply);
    }
    return { kind: 'text', text: next.value };
  } catch (error) {
    if (error instanceof Tell) return { kind: 'text', text: error.message };
    throw error;
  }
}

/** The schema is read once in a conversation; everything else is asked for anew. */
function known(
  wire: { name: string; input: Record<string, unknown> },
  before: Recorded[],
): Reply | undefined {
  if (!/schema$/.test(wire.name)) return undefined;
  const wanted = JSON.stringify(wire.input);
  return before.find(
    ({ name, input, reply }) =>
      name === wire.name && JSON.stringify(input) === wanted && reply && !reply.failed,
  )?.reply;
}

function quote(text: string): string {
  return text
    .trim()
    .slice(0, 1500)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
