import { isObject } from '../../directus/objects.ts';
import type { Row } from './target.ts';

const COUNTS = ['count', 'countDistinct', 'countAll'];

/** Rows of an aggregate, with counts as numbers: Postgres gives them as text, as they might not fit into one. */
export function withNumbers(rows: Row[], aggregate: unknown): Row[] {
  const names = isObject(aggregate) ? COUNTS.filter((name) => Object.hasOwn(aggregate, name)) : [];
  if (names.length === 0) return rows;
  return rows.map((row) => {
    const counts = names.filter((name) => Object.hasOwn(row, name)).map((name) => [name, ofEach(row[name])]);
    return { ...row, ...Object.fromEntries(counts) };
  });
}

function ofEach(counts: unknown): unknown {
  if (!isObject(counts)) return numberOf(counts);
  return Object.fromEntries(Object.entries(counts).map(([field, count]) => [field, numberOf(count)]));
}

/** A count as a number, where it came as text and fits into one. */
export function numberOf(count: unknown): unknown {
  const number = typeof count === 'string' && count !== '' ? Number(count) : Number.NaN;
  return Number.isSafeInteger(number) ? number : count;
}
