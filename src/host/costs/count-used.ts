import { localDay } from './days.ts';
import type { Ledger } from './ledger.ts';
import type { Spent } from './meter.ts';

/** What was used in a period: tokens in and out, and dollars of what has a price. */
export type Used = { tokens: number; dollars: number };

export type Period = 'conversation' | 'day';

const NOTHING: Used = { tokens: 0, dollars: 0 };

/** Sums of a ledger by conversation and by day, kept up to date by reading only what is new in it. */
export function countUsed(ledger: Ledger) {
  const readNew = ledger.follow();
  const sums = { conversation: new Map<string, Used>(), day: new Map<string, Used>() };
  let updated: Promise<void> = Promise.resolve();

  function add(spent: Spent): void {
    addTo(sums.conversation, spent.conversation, spent);
    addTo(sums.day, localDay(new Date(spent.at)), spent);
  }

  async function readOn(): Promise<void> {
    for (const spent of await readNew()) add(spent);
  }

  return {
    add,
    /** One after the other: two that read at once would count the same twice. */
    update(): Promise<void> {
      updated = updated.then(readOn, readOn);
      return updated;
    },
    of: (period: Period, conversation: string, now: Date): Used =>
      sums[period].get(period === 'day' ? localDay(now) : conversation) ?? NOTHING,
  };
}

function addTo(sums: Map<string, Used>, key: string, { inputTokens, outputTokens, cost = 0 }: Spent): void {
  const { tokens, dollars } = sums.get(key) ?? NOTHING;
  sums.set(key, { tokens: tokens + inputTokens + outputTokens, dollars: dollars + cost });
}
