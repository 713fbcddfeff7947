import type { Settings } from '../../settings/schema.ts';
import type { Period, Used } from './count-used.ts';
import { midnight } from './days.ts';
import type { Planned } from './meter.ts';
import { dollars, numberText } from './words.ts';

/** A budget that is set. */
export type Limit = {
  /** The setting that says it: `ai.budget.dayTokens`. */
  setting: string;
  period: Period;
  unit: keyof Used;
  limit: number;
};

type BudgetName = keyof Settings['ai']['budget'];

const BUDGETS: Record<BudgetName, Pick<Limit, 'period' | 'unit'>> = {
  conversationTokens: { period: 'conversation', unit: 'tokens' },
  conversationCost: { period: 'conversation', unit: 'dollars' },
  dayTokens: { period: 'day', unit: 'tokens' },
  dayCost: { period: 'day', unit: 'dollars' },
};

/** Those that `ai.budget` sets, for everybody. */
export function limitsOf(budget: Settings['ai']['budget']): Limit[] {
  return Object.entries(BUDGETS).flatMap(([name, kind]) => {
    const limit = budget[name as BudgetName];
    return limit === undefined ? [] : [{ setting: `ai.budget.${name}`, ...kind, limit }];
  });
}

/**
 * Why a request must not be made under one budget; undefined when it may.
 * @param underWay what is under way beside it and counts for the same budget
 */
export function refusalOf(
  { setting, period, unit, limit }: Limit,
  plan: Planned,
  used: Used,
  underWay: readonly Planned[],
  now: Date,
): string | undefined {
  const wanted = mostOf(plan, unit);
  const waiting = underWay.reduce((sum, other) => sum + mostOf(other, unit), 0);
  // Nothing to be counted passes nothing.
  if (wanted === 0 || used[unit] + waiting + wanted <= limit) return undefined;
  const amount = (number: number) => (unit === 'tokens' ? numberText(number) : dollars(number));
  const size = `${amount(limit)}${unit === 'tokens' ? ' tokens' : ''}`;
  const parts = [
    `${amount(used[unit])} used`,
    ...(waiting > 0 ? [`up to ${amount(waiting)} under way`] : []),
    `up to ${amount(wanted)} for this request and its answer`,
  ];
  return `This request was not made, because it could pass ${WHOSE[period](size)}: ${parts.join(', ')}. ${remedy(period, wanted > limit, now)} ${setting} in the settings.`;
}

const WHOSE: Record<Period, (size: string) => string> = {
  conversation: (size) => `the budget of ${size} for one conversation`,
  day: (size) => `the budget of ${size} for one day`,
  'user-day': (size) => `your own budget of ${size} for one day`,
};

const mostOf = ({ inputTokens, maxOutput, cost = 0 }: Planned, unit: keyof Used): number =>
  unit === 'tokens' ? inputTokens + maxOutput : cost;

function remedy(period: Period, neverFits: boolean, now: Date): string {
  if (neverFits) {
    return 'Even an unused budget has no room for it: begin a new conversation, lower maxOutput of the model, or raise';
  }
  if (period === 'conversation') return 'Begin a new conversation, or raise';
  return `The budget is free again at midnight, in ${timeUntil(midnight(now, 1), now)}; or raise`;
}

function timeUntil(then: Date, now: Date): string {
  const minutes = Math.ceil((then.getTime() - now.getTime()) / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
