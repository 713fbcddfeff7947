import type { TokenUsage } from './usage.ts';

/** One request to a model, as it is written down. */
export type Spent = TokenUsage & {
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
 * Every request of a chat goes through one: those of its turns and those of its summaries.
 */
export type Meter = {
  /** Why a request must not be made, in a sentence that says what to do; undefined when it may. */
  refusal(planned: Planned): Promise<string | undefined>;
  record(spent: Spent): Promise<void>;
};
