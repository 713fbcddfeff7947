import type { Settings } from '../../settings/schema.ts';
import type { Period, Used } from './count-used.ts';
import { midnight } from './days.ts';
import type { Planned } from './meter.ts';
import { dollars, numberText } from './words.ts';

export type BudgetName = keyof Settings['ai']['budget'];

type Unit = keyof Used;
export type Budget = { name: BudgetName; period: Period; unit: Unit };

export const budgets: Budget[] = [
  { name: 'conversationTokens', period: 'conversation', unit: 'tokens' },
  { name: 'conversationCost', period: 'conversation', unit: 'dollars' },
  { name: 'dayTokens', period: 'day', unit: 'tokens' },
  { name: 'dayCost', period: 'day', unit: 'dollars' },
];

/**
 * Why a request must not be made under one budget; undefined when it may.
 * @param others what is under way in other conversations
 */
export function refusalOf(
  { name, period, unit, limit }: Budget & { limit: number },
  plan: Planned,
  used: Used,
  others: readonly Planned[],
  now: Date,
): string | undefined {
  const wanted = mostOf(plan, unit);
  const underWay = period === 'day' ? others.reduce((sum, other) => sum + mostOf(other, unit), 0) : 0;
  // Nothing to be counted passes nothing.
  if (wanted === 0 || used[unit] + underWay + wanted <= limit) return undefined;
  const amount = (number: number) => (unit === 'tokens' ? numberText(number) : dollars(number));
  const size = `${amount(limit)}${unit === 'tokens' ? ' tokens' : ''}`;
  const whose =
    period === 'day' ? `the budget of ${size} for one day` : `the budget of ${size} for one conversation`;
  const parts = [
    `${amount(used[unit])} used`,
    ...(underWay > 0 ? [`up to ${amount(underWay)} under way`] : []),
    `up to ${amount(wanted)} for this request and its answer`,
  ];
  return `This request was not made, because it could pass ${whose}: ${parts.join(', ')}. ${remedy(period, wanted > limit, now)} ai.budget.${name} in the settings.`;
}

const mostOf = ({ inputTokens, maxOutput, cost = 0 }: Planned, unit: Unit): number =>
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
