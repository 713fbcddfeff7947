import { localDay } from './days.ts';
import type { Ledger } from './ledger.ts';
import type { Planned, Spent } from './meter.ts';

/** What was used in a period: tokens in and out, and dollars of what has a price. */
export type Used = { tokens: number; dollars: number };

/** `day`: of everybody. `user-day`: of one user. */
export type Period = 'conversation' | 'day' | 'user-day';

/** Whose use is meant. */
export type Whose = { conversation: string; user: string | undefined };

/** What all meters of one ledger know together. */
export type Counts = {
  /** Counts what could not be written down. */
  add(spent: Spent): void;
  /** Reads what is new in the ledger. @throws the error of the file system */
  update(): Promise<void>;
  of(period: Period, whose: Whose, now: Date): Used;
  /** What is under way in this process, by conversation. */
  planned: Map<string, Planned & Whose>;
  /** Waits until what this process has used is in the ledger, or counted beside it. */
  written: (recording?: Promise<unknown>) => Promise<void>;
};

const NOTHING: Used = { tokens: 0, dollars: 0 };

const known = new WeakMap<Ledger, Counts>();

/** The counts of a ledger: however many users a server has, it is read once. */
export function countsOf(ledger: Ledger): Counts {
  const counts = known.get(ledger) ?? countUsed(ledger);
  known.set(ledger, counts);
  return counts;
}

/** Sums of a ledger, kept up to date by reading only what is new in it. */
function countUsed(ledger: Ledger): Counts {
  const readNew = ledger.follow();
  const sums = new Map<string, Used>();
  let updated: Promise<void> = Promise.resolve();
  let recorded: Promise<void> = Promise.resolve();

  function add(spent: Spent): void {
    const whose = { conversation: spent.conversation, user: spent.user };
    const time = new Date(spent.at);
    for (const period of ['conversation', 'day', 'user-day'] as const) {
      const key = keyOf(period, whose, time);
      const { tokens, dollars } = sums.get(key) ?? NOTHING;
      sums.set(key, {
        tokens: tokens + spent.inputTokens + spent.outputTokens,
        dollars: dollars + (spent.cost ?? 0),
      });
    }
  }

  async function readOn(): Promise<void> {
    for (const spent of await readNew()) add(spent);
  }

  return {
    add,
    /** One after the other: two that read at once would count the same twice. */
    update() {
      updated = updated.then(readOn, readOn);
      return updated;
    },
    of: (period, whose, now) => sums.get(keyOf(period, whose, now)) ?? NOTHING,
    planned: new Map(),
    written(recording) {
      // What allSettled gives would hold what it gave before, and so on for ever.
      if (recording) recorded = Promise.allSettled([recorded, recording]).then(() => {});
      return recorded;
    },
  };
}

function keyOf(period: Period, { conversation, user = '' }: Whose, time: Date): string {
  if (period === 'conversation') return `${period} ${conversation}`;
  const day = `${period} ${localDay(time)}`;
  return period === 'day' ? day : `${day} ${user}`;
}
