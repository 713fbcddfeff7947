import { quote } from './markdown.ts';
import type { Reply } from './reply.ts';

/** One call of a Directus tool, named and shaped as Directus names and shapes it. */
export type Step = { tool: string; input: Record<string, unknown> };

/** A step of an earlier request, and what came of it. */
export type Done = Step & { reply: Reply };

/** What the model says and calls in one go. Without steps it has its say, and goes on when the person says so. */
export type Move = { say?: string; steps: Step[] };

/**
 * How a request is carried out: yields the next move, is given the replies to its calls, returns what is said in the
 * end. A plan keeps no state. It is run from its start for every request to the model, and fed the replies that the
 * history holds, until it yields a call that nobody has made yet.
 */
export type Plan<Result = string> = Generator<Move, Result, Reply[]>;

/** Ends a plan with words for the person. */
export class Tell extends Error {}

/** Makes calls side by side; `say` is told on the way. */
export function* callAll(steps: Step[], say?: string): Plan<Reply[]> {
  return yield { ...(say !== undefined && { say }), steps };
}

/** Makes one call. One that was cut off is made again where nothing can have come of it. */
export function* call(step: Step, say?: string): Plan<Reply> {
  for (;;) {
    const [reply] = yield* callAll([step], say);
    if (!reply) throw new Error('A call has no reply.');
    if (reply.cut !== 'not run' && !(reply.cut && isRepeatable(step))) return reply;
  }
}

/** Reading does no harm, and what is undone is not undone twice. */
const isRepeatable = ({ tool, input: { action } }: Step): boolean =>
  ['read', 'changes', 'undo'].includes(String(action)) || ['schema', 'assets'].includes(tool);

/** Says something and waits until the person wants to go on. */
export function* pause(say: string): Plan<void> {
  yield { say, steps: [] };
}

/** Looks whether a call has taken effect. */
export type Look = () => Plan<boolean>;

/** Makes one call; of one that was cut off it finds out what came of it, and makes it again where nothing did. */
export function* settle(step: Step, isDone: Look, say?: string): Plan<Reply> {
  for (;;) {
    const reply = yield* call(step, say);
    if (reply.cut !== 'unsure') return reply;
    if (yield* isDone()) return { ...reply, failed: false };
  }
}

/**
 * Makes a call whose reply must be good. Anything else is told to the person; when they say so, it is made again.
 * @param isDone without it, the person is asked to look for themselves what came of a call that was cut off
 */
export function* ask(tool: string, input: Record<string, unknown>, isDone?: Look): Plan<Reply> {
  for (;;) {
    const step = { tool, input };
    const reply = isDone ? yield* settle(step, isDone) : yield* call(step);
    if (!reply.failed) return reply;
    yield* pause(`${whyNot(step, reply)}\n\nSay \`go on\` and I try again.`);
  }
}

/** Why a call came to nothing, for the person. */
export function whyNot({ tool, input }: Step, { denied, cut, words }: Reply): string {
  const name = `\`${tool}${typeof input.action === 'string' ? ` ${input.action}` : ''}\``;
  if (denied) return `The call ${name} was not approved. Nothing was changed.`;
  if (cut) return `The call ${name} was cut off and may have taken effect. Look before it is made again.`;
  return `The tool ${name} could not do it. It said:\n\n${quote(words)}`;
}
