import type { Calls, ReportRow, Requests } from '../../usage-api.ts';

const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat('en-US');
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const dayFormat = new Intl.DateTimeFormat('en-US', { day: 'numeric', month: 'short', year: 'numeric' });

export const numberText = (number: number): string => whole.format(number);

/** `12.3K`: where there is little room, and the whole number stands elsewhere. */
export const shortText = (number: number): string => short.format(number);

/** `$1.25`, with more places where little was spent. */
export const dollarsText = (amount: number): string =>
  `$${amount > 0 && amount < 0.1 ? amount.toFixed(4) : cents.format(amount)}`;

/** `2026-11-25` as `Nov 25, 2026`. */
export const dayText = (day: string): string => dayFormat.format(new Date(`${day}T00:00`));

export const tokensOf = ({ usage }: Requests): number => usage.inputTokens + usage.outputTokens;

/** `~` stands before what is estimated. */
export const tokensText = (requests: Requests): string =>
  `${requests.usage.incomplete ? '~' : ''}${numberText(tokensOf(requests))}`;

/** A dash where no model has a price; `+` where some have none. */
export function costText({ usage, unpriced, requests }: Requests): string {
  if (usage.cost === undefined) return requests === 0 ? dollarsText(0) : '-';
  return `${usage.incomplete ? '~' : ''}${dollarsText(usage.cost)}${unpriced > 0 ? '+' : ''}`;
}

/** The share of the input that came from a cache, as `42%`. */
export function cachedText({ usage }: Requests): string {
  const share = usage.inputTokens > 0 ? usage.cachedTokens / usage.inputTokens : 0;
  return `${Math.round(share * 100)}%`;
}

export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${numberText(count)} ${count === 1 ? one : many}`;

/** Seconds one call took on average. */
export const secondsOf = ({ ms, calls, denied }: Calls): number => ms / 1000 / Math.max(1, calls - denied);

/** What can be shown of a row, and sorted by. */
export type Measure = {
  id: string;
  label: string;
  /** What it is sorted and drawn by. */
  value: (row: ReportRow) => number;
  text: (row: ReportRow) => string;
};

const ofRequests = (
  id: string,
  label: string,
  value: (requests: Requests) => number,
  text: (requests: Requests) => string = (requests) => numberText(value(requests)),
): Measure => ({
  id,
  label,
  value: ({ requests }) => (requests ? value(requests) : 0),
  text: ({ requests }) => (requests ? text(requests) : '-'),
});

const ofCalls = (
  id: string,
  label: string,
  value: (calls: Calls) => number,
  text: (calls: Calls) => string = (calls) => numberText(value(calls)),
): Measure => ({
  id,
  label,
  value: ({ calls }) => (calls ? value(calls) : 0),
  text: ({ calls }) => (calls ? text(calls) : '-'),
});

export const tokens = ofRequests('tokens', 'Tokens', tokensOf, tokensText);
export const cost = ofRequests('cost', 'Cost', ({ usage }) => usage.cost ?? 0, costText);
export const requests = ofRequests('requests', 'Requests', (sum) => sum.requests);
export const calls = ofCalls('calls', 'Tool calls', (sum) => sum.calls);

export const requestMeasures: Measure[] = [
  tokens,
  ofRequests('input', 'Input', ({ usage }) => usage.inputTokens),
  ofRequests(
    'cached',
    'Cached',
    ({ usage }) => usage.cachedTokens / Math.max(1, usage.inputTokens),
    cachedText,
  ),
  ofRequests('output', 'Output', ({ usage }) => usage.outputTokens),
  cost,
  requests,
];

export const toolMeasures: Measure[] = [
  calls,
  ofCalls('failed', 'Failed', (sum) => sum.failed),
  ofCalls('denied', 'Denied', (sum) => sum.denied),
  ofCalls('seconds', 'Seconds each', secondsOf, (sum) => secondsOf(sum).toFixed(1)),
  ofCalls(
    'results',
    'Result tokens',
    (sum) => sum.tokens,
    (sum) => `~${numberText(sum.tokens)}`,
  ),
];
