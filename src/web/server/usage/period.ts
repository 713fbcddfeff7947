import { localDay, midnight } from '../../../host/costs/days.ts';
import type { ReportBy } from '../../usage-api.ts';
import { ProblemError } from '../problem.ts';

export type Asked = {
  /** Midnights: of the first day, and of the day after the last. */
  from: Date;
  to: Date;
  by: ReportBy;
};

const BY: readonly ReportBy[] = ['user', 'model', 'provider', 'tool', 'day'];
const USUAL_DAYS = 30;
const MOST_DAYS = 366;

/** What a report is to be about. @throws ProblemError naming the field that is wrong */
export function readPeriod(query: Record<string, string>, now: Date): Asked {
  const { days, since, until, by = 'model', ...rest } = query;
  const [odd] = Object.keys(rest);
  if (odd !== undefined)
    throw new ProblemError('invalid', `A report knows days, since, until and by, and no "${odd}".`, odd);
  if (days !== undefined && (since !== undefined || until !== undefined))
    throw new ProblemError('invalid', 'A report is of the last days, or of those between two dates.', 'days');
  const kind = BY.find((one) => one === by);
  if (!kind) throw new ProblemError('invalid', `A report goes by ${BY.join(', ')}.`, 'by');
  const last = until === undefined ? midnight(now) : dayOf('until', until);
  const from = since === undefined ? midnight(last, 1 - countOf(days)) : dayOf('since', since);
  if (from > last)
    throw new ProblemError('invalid', 'The first day must not be after the last one.', 'since');
  const to = midnight(last, 1);
  if (midnight(from, MOST_DAYS) < to)
    throw new ProblemError('invalid', `A report can be of ${MOST_DAYS} days at most.`, 'since');
  return { from, to, by: kind };
}

function countOf(days = String(USUAL_DAYS)): number {
  if (/^[1-9]\d{0,2}$/.test(days)) return Number(days);
  throw new ProblemError('invalid', `Give the number of days, from 1 to ${MOST_DAYS}.`, 'days');
}

function dayOf(field: string, text: string): Date {
  const date = new Date(`${text}T00:00`);
  // What is no day of the calendar becomes another day, or none.
  if (localDay(date) === text) return date;
  throw new ProblemError('invalid', `"${text.slice(0, 20)}" is no date. Give it as 2026-11-25.`, field);
}
