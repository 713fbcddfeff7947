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

const nothing = (key: string): UsageTotal => ({ key, requests: 0, unpriced: 0, usage: noUsage });

/** Sums by what is asked for, in the order in which each first appears. */
export function totalsBy(entries: readonly Spent[], by: UsageBy): UsageTotal[] {
  const totals = new Map<string, UsageTotal>();
  for (const entry of entries) {
    const key = keyOf(entry, by);
    totals.set(key, plus(totals.get(key) ?? nothing(key), entry));
  }
  return [...totals.values()];
}

/** The sum of everything. */
export const totalOf = (entries: readonly Spent[]): UsageTotal => entries.reduce(plus, nothing(''));

const plus = ({ key, requests, unpriced, usage }: UsageTotal, entry: Spent): UsageTotal => ({
  key,
  requests: requests + 1,
  unpriced: unpriced + (entry.cost === undefined ? 1 : 0),
  usage: addUsage(usage, entry),
});

const keyOf = (entry: Spent, by: UsageBy): string =>
  by === 'day' ? localDay(new Date(entry.at)) : (entry[by] ?? '');
