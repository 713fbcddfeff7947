import { ToolError } from '../../../directus/errors.ts';
import type { Context } from '../../define.ts';
import { changeOf, type Span } from './activity.ts';

/** What `since` and `until` mean: a time, or the number of a change that is the first to count. */
export async function spanOf(context: Context, since?: string, until?: string): Promise<Span> {
  const isNumber = since !== undefined && /^\d+$/.test(since.trim());
  const first = isNumber ? (await changeOf(context, Number(since))).entries[0]?.id : undefined;
  return {
    ...(first === undefined ? {} : { from: first }),
    ...(since === undefined || isNumber ? {} : { since: momentOf(since, 'since') }),
    ...(until === undefined ? {} : { until: momentOf(until, 'until') }),
  };
}

/** A day, a day with a time, or a time of today; where no zone is named, that of this machine. */
function momentOf(text: string, name: string): string {
  const given = text.trim();
  const today = new Date();
  const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  const whole = /^\d{1,2}:\d\d/.test(given) ? `${day}T${given.padStart(5, '0')}` : given;
  const moment = new Date(/^\d{4}-\d\d-\d\d$/.test(whole) ? `${whole}T00:00` : whole);
  if (/^\d{4}-\d\d-\d\d/.test(whole) && !Number.isNaN(moment.getTime())) return moment.toISOString();
  throw new ToolError(
    'INVALID_PAYLOAD',
    `${name}: "${given.slice(0, 40)}" is no date. Nothing was changed.`,
    'Write 2026-01-31, 2026-01-31T14:30, 14:30 for today, or for since the number of a change.',
  );
}
