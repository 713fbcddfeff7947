import type { Settings } from '../../settings/schema.ts';
import type { CallRecord } from '../call-record.ts';
import { type Limit, limitsOf, refusalOf } from './budgets.ts';
import { type CallUse, callUses } from './call-use.ts';
import { countsOf, type Period, type Whose } from './count-used.ts';
import type { Ledger } from './ledger.ts';
import type { TokenUsage } from './usage.ts';

/** Who asks, where several people share a server. */
export type Asker = { id: string; name: string };

/** Who something is counted for, with the name they had at the time. */
export type CountedFor = { user?: string; userName?: string };

/** One request to a model, as it is written down. */
export type Spent = TokenUsage &
  CountedFor & {
    /** ISO time of its end. */
    at: string;
    conversation: string;
    provider: string;
    /** `PROVIDER/ID`. */
    model: string;
  };

/** What is about to be asked: tokens of the request, and the most the answer may have. */
export type Planned = {
  conversation: string;
  inputTokens: number;
  maxOutput: number;
  /** The most it can cost, in dollars; undefined when the model has no price. */
  cost: number | undefined;
};

/**
 * Counts what models use, across conversations and processes, and refuses what would pass a budget.
 * Every request of a chat goes through one: those of its turns and those of its summaries. A conversation makes one
 * request at a time.
 */
export type Meter = {
  /**
   * Why a request must not be made, in a sentence that says what to do; undefined when it may. Then what it may use is
   * set aside until it is recorded or released, or until the same conversation plans another.
   * @param warn told once, in a sentence, when a budget in dollars cannot count a model that has no price
   */
  refusal(planned: Planned, warn: (sentence: string) => void): Promise<string | undefined>;
  /** Whether any budget is set: then an answer must not be longer than what was planned for it. */
  limited(): boolean;
  /** @throws the error of the file system when it cannot be written down; it is counted in this process all the same. */
  record(spent: Spent): Promise<void>;
  /** The planned request of a conversation ended without having used anything: it failed, or was not made. */
  release(conversation: string): void;
  /**
   * Writes down the tool calls of a turn that has ended, those that wait for a yes excepted.
   * @throws the error of the file system
   */
  recordCalls(conversation: string, calls: readonly CallRecord[]): Promise<void>;
};

export type MeterOptions = {
  /** Meters of one ledger share what they know: what is under way in one counts in the others. */
  ledger: Ledger;
  user?: Asker;
} & (
  | { budget: Settings['ai']['budget'] }
  /** The budgets that hold now for who asks; see `limitsFor`. */
  | { limits: () => readonly Limit[] }
);

/** A meter of this process; processes learn of one another what is in the ledger, and not what is under way. */
export function createMeter({ ledger, user, ...set }: MeterOptions): Meter {
  const limitsNow = 'limits' in set ? set.limits : () => limitsOf(set.budget);
  const counts = countsOf(ledger);
  const { planned } = counts;
  let warned = false;

  function warnOfPrice(limits: readonly Limit[], warn: (sentence: string) => void): void {
    const names = limits.flatMap(({ unit, setting }) => (unit === 'dollars' ? [setting] : []));
    if (warned || names.length === 0) return;
    warned = true;
    warn(
      `This model has no price in the settings, so what it uses is not counted by ${names.join(' and ')}. Give it a price, or set a budget in tokens.`,
    );
  }

  const countedFor = (): CountedFor => (user ? { user: user.id, userName: user.name } : {});

  return {
    async refusal(plan, warn) {
      if (limitsNow().length === 0) return undefined;
      try {
        // What this process has used must be in the sums before what was set aside for it is given back.
        await counts.written();
        await counts.update();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return `What was used so far cannot be read (${why}), and without that no budget can be kept. Mend that, or take the budgets out of the settings.`;
      }
      planned.delete(plan.conversation);
      const now = new Date();
      const limits = limitsNow();
      const whose: Whose = { conversation: plan.conversation, user: user?.id };
      for (const limit of limits) {
        const underWay = [...planned.values()].filter((other) => countsFor(limit.period, whose, other));
        const refusal = refusalOf(limit, plan, counts.of(limit.period, whose, now), underWay, now);
        if (refusal) return refusal;
      }
      if (plan.cost === undefined) warnOfPrice(limits, warn);
      planned.set(plan.conversation, { ...plan, ...whose });
      return undefined;
    },
    limited: () => limitsNow().length > 0,
    record(spent) {
      const entry = { ...spent, ...countedFor() };
      const written = ledger
        .record(entry)
        .catch((error) => {
          counts.add(entry);
          throw error;
        })
        .finally(() => planned.delete(spent.conversation));
      void counts.written(written);
      return written;
    },
    release(conversation) {
      planned.delete(conversation);
    },
    async recordCalls(conversation, calls) {
      const uses: CallUse[] = callUses(calls, {
        at: new Date().toISOString(),
        conversation,
        ...countedFor(),
      });
      if (uses.length > 0) await ledger.recordCalls(uses);
    },
  };
}

/** Whether what is under way elsewhere counts for a budget of somebody. */
const countsFor = (period: Period, whose: Whose, other: Whose): boolean =>
  period === 'day' || (period === 'user-day' && whose.user === other.user);
