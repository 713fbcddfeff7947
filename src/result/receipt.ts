import type { Reply } from './reply.ts';

type Row = Record<string, unknown>;

/** What a write did, as read back from Directus: per row its key and, per field that changed, before and after. */
export type Receipt = { key: unknown; changed?: Record<string, [unknown, unknown]>; values?: Row };

/**
 * The answer of a write.
 * @param asked what was to be written, each row with its key where it has one
 * @param after the same fields as Directus returns them after the write; empty when this user may not read them
 * @param before the same fields before it; absent for creations
 */
export function receipt(
  verb: 'created' | 'updated',
  pk: string,
  asked: Row[],
  after: Row[],
  before?: Row[],
): Reply {
  const info: Record<string, unknown> = { [verb]: asked.length };
  if (after.length === 0) {
    // It could be read before, if it was.
    info.warning = before?.length
      ? 'Directus reports success, but nothing can be read back: it was deleted meanwhile, or you may not see it as it is now.'
      : 'Directus reports success, but you may not read the result back.';
    return { info };
  }
  const odd = new Set<string>();
  const earlier = new Map(before?.map((row) => [String(row[pk]), row]));
  const unmatched = [...asked];
  const data = after.map((row): Receipt => {
    const wanted = before ? asked.find((one) => String(one[pk]) === String(row[pk])) : take(unmatched, row);
    for (const field of differences(wanted ?? {}, row)) odd.add(field);
    const was = earlier.get(String(row[pk]));
    return was
      ? { key: row[pk], changed: changes(was, row, pk) }
      : { key: row[pk], values: withoutKey(row, pk) };
  });
  if (before)
    info.unchanged =
      data.filter(({ changed }) => Object.keys(changed ?? {}).length === 0).length || undefined;
  const warnings = [
    ...(odd.size > 0 ? [`Stored otherwise than asked: ${[...odd].join(', ')}. See the values.`] : []),
    ...(after.length < asked.length ? [unseen(verb, pk, asked, after)] : []),
  ];
  if (warnings.length > 0) info.warning = warnings.join(' ');
  return { info, data };
}

/** Rows that are not read back are taken for not written, and written again. */
function unseen(verb: 'created' | 'updated', pk: string, asked: Row[], after: Row[]): string {
  const count = asked.length - after.length;
  if (verb === 'created')
    return `All ${asked.length} were created; ${count} of them you may not read back. Do not create them again.`;
  const seen = new Set(after.map((row) => String(row[pk])));
  const keys = asked.map((row) => String(row[pk])).filter((key) => !seen.has(key));
  return `${count} cannot be read back (${keys
    .slice(0, 10)
    .map((key) => JSON.stringify(key.slice(0, 60)))
    .join(', ')}): deleted meanwhile, or you may not see them as they are now.`;
}

/** The row that was asked for as `stored`; Directus may return new rows in another order than they were sent in. */
function take(asked: Row[], stored: Row): Row | undefined {
  const found = asked.findIndex((one) => differences(one, stored).length === 0);
  return asked.splice(Math.max(found, 0), 1)[0];
}

function changes(before: Row, after: Row, pk: string): Record<string, [unknown, unknown]> {
  return Object.fromEntries(
    Object.keys(after)
      .filter((field) => field !== pk && JSON.stringify(before[field]) !== JSON.stringify(after[field]))
      .map((field) => [field, [before[field], after[field]]]),
  );
}

function withoutKey(row: Row, pk: string): Row {
  return Object.fromEntries(Object.entries(row).filter(([field]) => field !== pk));
}

/** Fields whose plain value reads back otherwise. Relations and dates come back in another form than they were sent. */
function differences(asked: Row, stored: Row): string[] {
  return Object.keys(asked).filter((field) => {
    const wanted = asked[field];
    const got = stored[field];
    if (typeof wanted === 'object' && wanted !== null) return false;
    if (typeof got === 'object' && got !== null) return false;
    if (String(wanted) === String(got)) return false;
    return !((isDate(wanted) && isDate(got)) || isSameNumber(wanted, got) || isMasked(got));
  });
}

/** A date or time, or what Directus fills one in for. */
function isDate(value: unknown): boolean {
  return typeof value === 'string' && (value.startsWith('$NOW') || /^\d{4}-\d\d-\d\d([T ]|$)/.test(value));
}

function isSameNumber(a: unknown, b: unknown): boolean {
  return a !== '' && b !== '' && a !== null && b !== null && Number(a) === Number(b);
}

function isMasked(value: unknown): boolean {
  return typeof value === 'string' && /^\*+$/.test(value);
}
