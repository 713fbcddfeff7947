import type { Settings } from '../../settings/schema.ts';
import { type BudgetName, budgets, refusalOf } from './budgets.ts';
import { countUsed } from './count-used.ts';
import type { Ledger } from './ledger.ts';
import type { TokenUsage } from './usage.ts';

/** One request to a model, as it is written down. */
export type Spent = TokenUsage & {
  /** ISO time of its end. */
  at: string;
  conversation: string;
  provider: string;
  /** `PROVIDER/ID`. */
  model: string;
  /** Who asked, where several people share a server. */
  user?: string;
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
  /** @throws the error of the file system when it cannot be written down; it is counted in this process all the same. */
  record(spent: Spent): Promise<void>;
  /** The planned request of a conversation ended without having used anything: it failed, or was not made. */
  release(conversation: string): void;
};

export type MeterOptions = {
  ledger: Ledger;
  budget: Settings['ai']['budget'];
};

/** A meter of this process; processes learn of one another what is in the ledger, and not what is under way. */
export function createMeter({ ledger, budget }: MeterOptions): Meter {
  const limits = budgets.flatMap((one) => {
    const limit = budget[one.name];
    return limit === undefined ? [] : [{ ...one, limit }];
  });
  const used = countUsed(ledger);
  const planned = new Map<string, Planned>();
  let recorded: Promise<unknown> = Promise.resolve();
  let warned = false;

  function warnOfPrice(names: BudgetName[], warn: (sentence: string) => void): void {
    if (warned || names.length === 0) return;
    warned = true;
    warn(
      `This model has no price in the settings, so what it uses is not counted by ai.budget.${names.join(' and ai.budget.')}. Give it a price, or set a budget in tokens.`,
    );
  }

  return {
    async refusal(plan, warn) {
      if (limits.length === 0) return undefined;
      try {
        // What this process has used must be in the sums before what was set aside for it is given back.
        await recorded;
        await used.update();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return `What was used so far cannot be read (${why}), and without that no budget can be kept. Mend the file, or take ai.budget out of the settings.`;
      }
      planned.delete(plan.conversation);
      const now = new Date();
      for (const limit of limits) {
        const refusal = refusalOf(
          limit,
          plan,
          used.of(limit.period, plan.conversation, now),
          [...planned.values()],
          now,
        );
        if (refusal) return refusal;
      }
      if (plan.cost === undefined) {
        warnOfPrice(
          limits.filter(({ unit }) => unit === 'dollars').map(({ name }) => name),
          warn,
        );
      }
      planned.set(plan.conversation, plan);
      return undefined;
    },
    record(spent) {
      const written = ledger
        .record(spent)
        .catch((error) => {
          used.add(spent);
          throw error;
        })
        .finally(() => planned.delete(spent.conversation));
      recorded = Promise.allSettled([recorded, written]);
      return written;
    },
    release(conversation) {
      planned.delete(conversation);
    },
  };
}
