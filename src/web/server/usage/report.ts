import type { CallUse } from '../../../host/costs/call-use.ts';
import { localDay, midnight } from '../../../host/costs/days.ts';
import type { Ledger } from '../../../host/costs/ledger.ts';
import type { Spent } from '../../../host/costs/meter.ts';
import { NOBODY, namesIn } from '../../../host/costs/names.ts';
import {
  callTotalOf,
  callTotalsBy,
  noCalls,
  noRequests,
  totalOf,
  totalsBy,
} from '../../../host/costs/totals.ts';
import type { Report, ReportRow } from '../../usage-api.ts';
import type { Asked } from './period.ts';

/** Sums of what was used in a period. @throws the error of the ledger */
export async function report(ledger: Ledger, { from, to, by }: Asked): Promise<Report> {
  const end = to.toISOString();
  const within = <T extends { at: string }>(entries: T[]) => entries.filter(({ at }) => at < end);
  const spent = within(await ledger.entries(from));
  const calls = within(await ledger.calls(from));
  const days = daysOf(spent, calls, from, to);
  return {
    since: localDay(from),
    until: localDay(midnight(to, -1)),
    by,
    total: { requests: withoutKey(totalOf(spent)), calls: withoutKey(callTotalOf(calls)) },
    rows: by === 'day' ? days.filter(isUsed) : rowsBy(by, spent, calls).sort(bySize),
    days,
  };
}

function rowsBy(by: Exclude<Report['by'], 'day'>, spent: Spent[], calls: CallUse[]): ReportRow[] {
  if (by === 'tool')
    return callTotalsBy(calls, 'tool').map(({ key, ...total }) => ({ key, label: key, calls: total }));
  if (by !== 'user')
    return totalsBy(spent, by).map(({ key, ...total }) => ({ key, label: key, requests: total }));
  const names = namesIn([...spent, ...calls]);
  const rows = new Map<string, ReportRow>();
  const rowOf = (key: string): ReportRow =>
    rows.get(key) ?? {
      key,
      label: names.get(key) ?? (key || NOBODY),
      requests: noRequests,
      calls: noCalls,
    };
  for (const { key, ...requests } of totalsBy(spent, 'user')) rows.set(key, { ...rowOf(key), requests });
  for (const { key, ...total } of callTotalsBy(calls, 'user')) rows.set(key, { ...rowOf(key), calls: total });
  return [...rows.values()];
}

function daysOf(spent: Spent[], calls: CallUse[], from: Date, to: Date): Report['days'] {
  const requestsOf = new Map(totalsBy(spent, 'day').map(({ key, ...total }) => [key, total]));
  const callsOf = new Map(callTotalsBy(calls, 'day').map(({ key, ...total }) => [key, total]));
  const days: Report['days'] = [];
  for (let day = from; day < to; day = midnight(day, 1)) {
    const key = localDay(day);
    const requests = requestsOf.get(key) ?? noRequests;
    days.push({ key, label: key, requests, calls: callsOf.get(key) ?? noCalls });
  }
  return days;
}

const isUsed = ({ requests, calls }: Report['days'][number]): boolean =>
  requests.requests > 0 || calls.calls > 0;

const withoutKey = <T extends { key: string }>({ key: _key, ...rest }: T): Omit<T, 'key'> => rest;

const tokensOf = ({ requests }: ReportRow): number =>
  requests ? requests.usage.inputTokens + requests.usage.outputTokens : 0;
const callsOf = ({ calls }: ReportRow): number => calls?.calls ?? 0;

const bySize = (a: ReportRow, b: ReportRow): number =>
  tokensOf(b) - tokensOf(a) || callsOf(b) - callsOf(a) || a.label.localeCompare(b.label);
