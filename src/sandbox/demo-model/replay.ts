import type { Conversation, Recorded } from './conversation.ts';
import { type Move, type Plan, type Step, Tell } from './plan.ts';
import type { Reply } from './reply.ts';
import type { Toolbox } from './toolbox.ts';
import type { Answer, ToolCall } from './wire.ts';

/** How chat hosts word that a large result is not sent again. */
const PUT_ASIDE = /^\[This result .* was put aside\b/;
const NOTHING_LEFT = 'There is nothing left to go on with: that was all.';

/** What comes next: the first calls of the plan that the history does not hold, or its words. */
export function nextMove(plan: Plan, conversation: Conversation, toolbox: Toolbox): Answer {
  const history = openHistory(conversation, toolbox);
  try {
    let next = plan.next();
    while (!next.done) {
      const { say = '', steps } = next.value;
      if (steps.length === 0) {
        if (!history.wentOnAfter(say)) return { text: say, calls: [] };
        next = plan.next([]);
        continue;
      }
      const { replies, calls } = history.look(next.value);
      if (calls.length > 0) return { text: replies.length > 0 ? '' : say, calls };
      next = plan.next(replies);
    }
    return { text: history.wentOnAfter(next.value) ? NOTHING_LEFT : next.value, calls: [] };
  } catch (error) {
    if (error instanceof Tell) return { text: error.message, calls: [] };
    throw error;
  }
}

/** Goes through what the history holds, in the order it happened. */
function openHistory({ now, before }: Conversation, toolbox: Toolbox) {
  const seen = [...before];
  const parts = now.map(({ calls, said }) => ({ calls: [...calls], said }));

  /** The reply of the next call in the history, if there is one. */
  function recorded(wire: ToolCall): Reply | undefined {
    // Where an answer was interrupted, what follows is the same work.
    while (parts.length > 1 && parts[0]?.calls.length === 0) parts.shift();
    const call = parts[0]?.calls.shift();
    if (!call) return undefined;
    if (call.name !== wire.name) throw new Tell('I lost the thread of this conversation. Please ask again.');
    if (PUT_ASIDE.test(call.reply.words))
      throw new Tell('What I have read for this request is no longer in front of me. Please ask again.');
    seen.push(call);
    return call.reply;
  }

  return {
    /** The replies to a move's calls, and those of its calls that are still to be made. */
    look({ steps }: Move): { replies: Reply[]; calls: ToolCall[] } {
      const replies: Reply[] = [];
      const calls: ToolCall[] = [];
      for (const step of steps) {
        const wire = toolbox.wire(step);
        const reply = calls.length > 0 ? undefined : (known(wire, step, seen) ?? recorded(wire));
        if (reply) replies.push(reply);
        else calls.push(wire);
      }
      return { replies, calls };
    },
    /** Whether these words were said to their end, and the person wanted to go on. */
    wentOnAfter(words: string): boolean {
      const at = parts.findIndex(({ said }) => said.endsWith(words.trim()));
      if (at < 0 || at === parts.length - 1) return false;
      parts.splice(0, at + 1);
      return true;
    },
  };
}

/** The schema is read once in a conversation; everything else is asked for anew. */
function known(wire: ToolCall, { tool }: Step, seen: Recorded[]): Reply | undefined {
  if (tool !== 'schema') return undefined;
  const wanted = JSON.stringify(wire.input);
  return seen.find(
    ({ name, input, reply }) =>
      name === wire.name && JSON.stringify(input) === wanted && !reply.failed && !reply.cut,
  )?.reply;
}
