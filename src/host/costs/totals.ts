import type { CallUse } from './call-use.ts';
import { localDay } from './days.ts';
import type { Spent } from './meter.ts';
import { addUsage, noUsage, type TokenUsage } from './usage.ts';

export type UsageBy = 'conversation' | 'provider' | 'model' | 'day' | 'user';

export type UsageTotal = {
  /** The conversation, provider, model, day (`2026-11-25`, on this machine's clock) or user; '' for no user. */
  key: string;
  requests: number;
  /** How many of them have no price, and are not in the cost. */
  unpriced: number;
  usage: TokenUsage;
};

export const noRequests: Omit<UsageTotal, 'key'> = { requests: 0, unpriced: 0, usage: noUsage };

/** Sums by what is asked for, in the order in which each first appears. */
export const totalsBy = (entries: readonly Spent[], by: UsageBy): UsageTotal[] =>
  grouped(entries, (entry) => (by === 'day' ? dayOf(entry) : (entry[by] ?? ''))).map(([key, some]) => ({
    ...totalOf(some),
    key,
  }));

/** The sum of everything. */
export const totalOf = (entries: readonly Spent[]): UsageTotal =>
  entries.reduce(
    ({ key, requests, unpriced, usage }, entry) => ({
      key,
      requests: requests + 1,
      unpriced: unpriced + (entry.cost === undefined ? 1 : 0),
      usage: addUsage(usage, entry),
    }),
    { key: '', ...noRequests },
  );

export type CallsBy = 'tool' | 'day' | 'user';

/** Sums of tool calls. */
export type CallTotal = {
  /** `TOOL.ACTION`, with `SERVER: ` in front where it is not ours; the day; or the user, '' for none. */
  key: string;
  calls: number;
  /** How many of them failed, and how many were not run. */
  failed: number;
  denied: number;
  /** Milliseconds the tools ran. */
  ms: number;
  /** Estimated tokens of the results. */
  tokens: number;
};

export const noCalls: Omit<CallTotal, 'key'> = { calls: 0, failed: 0, denied: 0, ms: 0, tokens: 0 };

/** Sums of calls by what is asked for, in the order in which each first appears. */
export const callTotalsBy = (calls: readonly CallUse[], by: CallsBy): CallTotal[] =>
  grouped(calls, (call) => callKey(call, by)).map(([key, some]) => ({ ...callTotalOf(some), key }));

export const callTotalOf = (calls: readonly CallUse[]): CallTotal => ({
  key: '',
  calls: calls.length,
  failed: calls.filter(({ outcome }) => outcome === 'failed').length,
  denied: calls.filter(({ outcome }) => outcome === 'denied').length,
  ms: sum(calls.map(({ ms = 0 }) => ms)),
  tokens: sum(calls.map(({ tokens = 0 }) => tokens)),
});

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function callKey(call: CallUse, by: CallsBy): string {
  if (by === 'day') return dayOf(call);
  if (by === 'user') return call.user ?? '';
  const { server, tool, action } = call;
  return `${server === OUR_SERVER ? '' : `${server}: `}${tool}${action && `.${action}`}`;
}

/** The name that the host gives to our own server. */
const OUR_SERVER = 'directus';

const dayOf = ({ at }: { at: string }): string => localDay(new Date(at));

const grouped = <T>(entries: readonly T[], keyOf: (entry: T) => string): [string, T[]][] => [
  ...Map.groupBy(entries, keyOf),
];
