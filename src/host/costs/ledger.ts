import * as z from 'zod';
import { type CallUse, callUse } from './call-use.ts';
import type { Spent } from './meter.ts';
import { monthlyFiles } from './monthly.ts';
import { usageShape } from './usage.ts';

/**
 * What all requests used and which tools were called, across conversations and processes. It only grows, and stays when
 * conversations are removed: the money is spent. All throw the error of the file system.
 */
export type Ledger = {
  record(spent: Spent): Promise<void>;
  /** Requests that ended at `since` or later, or all of them; in no order. */
  entries(since?: Date): Promise<Spent[]>;
  /** Gives a function that returns what was written since it was called last: all of it, the first time. */
  follow(): () => Promise<Spent[]>;
  recordCalls(calls: readonly CallUse[]): Promise<void>;
  /** Tool calls of turns that ended at `since` or later, or all of them; in no order. */
  calls(since?: Date): Promise<CallUse[]>;
};

export const spent = z.object({
  at: z.iso.datetime(),
  conversation: z.string(),
  provider: z.string(),
  model: z.string(),
  user: z.string().exactOptional(),
  userName: z.string().exactOptional(),
  ...usageShape,
});

/**
 * A ledger in files. Calls have files of their own: whoever follows the requests for a budget need not read past them.
 * @param folder see `dataFolder`
 */
export function openLedger({ folder }: { folder: string }): Ledger {
  const requests = monthlyFiles<Spent>(folder, 'usage', spent);
  const calls = monthlyFiles<CallUse>(folder, 'calls', callUse);
  return {
    record: (entry) => requests.append([entry]),
    entries: requests.read,
    follow: requests.follow,
    recordCalls: calls.append,
    calls: calls.read,
  };
}
