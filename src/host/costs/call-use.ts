import * as z from 'zod';
import type { CallRecord } from '../call-record.ts';
import type { CountedFor } from './meter.ts';

/** One tool call, as it is written down: what was called, and not with what. */
export type CallUse = CountedFor & {
  /** ISO time of the end of its turn. */
  at: string;
  conversation: string;
  server: string;
  tool: string;
  /** `''` for a tool without actions. */
  action: string;
  effect: string;
  /** `failed`: the tool answered an error, or none. `denied`: it was not run. */
  outcome: 'done' | 'failed' | 'denied';
  /** Milliseconds the tool ran. */
  ms?: number;
  /** Estimated tokens of its result. */
  tokens?: number;
};

export const callUse = z.object({
  at: z.iso.datetime(),
  conversation: z.string(),
  user: z.string().exactOptional(),
  userName: z.string().exactOptional(),
  server: z.string(),
  tool: z.string(),
  action: z.string(),
  effect: z.string(),
  outcome: z.enum(['done', 'failed', 'denied']),
  ms: z.number().exactOptional(),
  tokens: z.number().exactOptional(),
});

/** The calls of a turn that came to an end; the host's own tool is no call to anybody. */
export function callUses(
  calls: readonly CallRecord[],
  common: Pick<CallUse, 'at' | 'conversation' | keyof CountedFor>,
): CallUse[] {
  return calls.flatMap((call) => {
    const outcome = outcomeOf(call);
    if (!outcome || call.server === '') return [];
    const { server, tool, action, effect, ms, tokens } = call;
    const measured = { ...(ms !== undefined && { ms }), ...(tokens !== undefined && { tokens }) };
    return [{ ...common, server, tool, action, effect, outcome, ...measured }];
  });
}

function outcomeOf({ state, isError }: CallRecord): CallUse['outcome'] | undefined {
  if (state === 'done') return isError ? 'failed' : 'done';
  return state === 'failed' || state === 'denied' ? state : undefined;
}
