import type { TokenUsage } from './usage.ts';

type Counted = Pick<TokenUsage, 'inputTokens' | 'outputTokens' | 'incomplete'>;

/** Tokens in and out, as `12,345`; `~` before what is not exact. */
export const tokensText = ({ inputTokens, outputTokens, incomplete }: Counted): string =>
  about(incomplete) + numberText(inputTokens + outputTokens);

/** Dollars, as `$1.25`, with more places where little was spent; `-` where no model has a price. */
export function costText({ cost, incomplete }: Pick<TokenUsage, 'cost' | 'incomplete'>): string {
  return cost === undefined ? '-' : about(incomplete) + dollars(cost);
}

/** `$1.25`, `$0.0042`. */
export const dollars = (amount: number): string => `$${amount.toFixed(amount > 0 && amount < 0.1 ? 4 : 2)}`;

/** `12,345`. */
export const numberText = (number: number): string => number.toLocaleString('en-US');

const about = (incomplete: boolean): string => (incomplete ? '~' : '');
