import { ToolError } from '../../directus/errors.ts';
import { didYouMean } from '../../settings/suggest.ts';
import type { Context } from '../define.ts';
import { readKeyed } from '../rows/select.ts';
import type { Row, Target } from '../rows/target.ts';

export const TRANSLATIONS: Target = { collection: 'directus_translations', endpoint: '/translations' };

/** A custom string as it is stored. */
export type Stored = { id: string; key: string; language: string; value: string };

/** A custom string that is to be stored. */
export type Entry = Omit<Stored, 'id'>;

/** Studio asks for the strings of just the language a person has chosen, and its codes all name a region. */
const LANGUAGE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?-([A-Z]{2}|\d{3})$/;
const LONGEST = 255;

/** The strings of a call; each may be named once. */
export function entriesIn(data: Row[]): Entry[] {
  const entries = data.map((row, index): Entry => {
    const { key, language } = nameIn(row, index, ['key', 'language', 'value']);
    if (language === undefined) throw bad(index, 'language', 'is missing', 'For example en-US.');
    if (typeof row.value !== 'string' || row.value === '')
      throw bad(index, 'value', 'must be a text', 'To take a string away, use delete.');
    return { key, language, value: row.value };
  });
  refuseTwice(entries);
  return entries;
}

/** The strings that a call names, each in one language or in all. */
export function namesIn(data: Row[]): { key: string; language?: string }[] {
  return data.map((row, index) => nameIn(row, index, ['key', 'language']));
}

function nameIn(row: Row, index: number, known: string[]): { key: string; language?: string } {
  const stray = Object.keys(row).find((name) => !known.includes(name));
  if (stray)
    throw bad(index, stray, `is unknown${didYouMean(stray, known)}`, `It takes: ${known.join(', ')}.`);
  const { key, language } = row;
  if (
    typeof key !== 'string' ||
    key === '' ||
    key !== key.trim() ||
    key.length > LONGEST ||
    key.startsWith('$t:')
  ) {
    throw bad(
      index,
      'key',
      key === undefined ? 'is missing' : 'cannot be that',
      `Give the name by which $t:name shows the string, without $t: and blanks around it, at most ${LONGEST} characters.`,
    );
  }
  if (language === undefined || language === null) return { key };
  if (typeof language !== 'string' || !LANGUAGE.test(language))
    throw bad(
      index,
      'language',
      'is no language of Studio',
      'Write it with its region: en-US, de-DE, es-419.',
    );
  return { key, language };
}

function refuseTwice(entries: Entry[]): void {
  const seen = new Set<string>();
  for (const [index, { key, language }] of entries.entries()) {
    const name = JSON.stringify([key, language]);
    if (seen.has(name))
      throw bad(
        index,
        'key',
        `names "${key.slice(0, 60)}" in ${language} for the second time`,
        'Give each once.',
      );
    seen.add(name);
  }
}

function bad(index: number, name: string, what: string, next: string): ToolError {
  return new ToolError(
    'INVALID_PAYLOAD',
    `data.${index}.${name} ${what}${what.endsWith('?') ? '' : '.'} Nothing was changed.`,
    next,
  );
}

/** Databases take only so many values in one query. */
const AT_ONCE = 500;

/** All stored strings with these keys, in every language. */
export async function readStrings(context: Context, keys: string[]): Promise<Stored[]> {
  const unique = [...new Set(keys)];
  const found: Stored[] = [];
  for (let from = 0; from < unique.length; from += AT_ONCE) {
    const query = {
      fields: ['id', 'key', 'language', 'value'],
      filter: { key: { _in: unique.slice(from, from + AT_ONCE) } },
      sort: ['key', 'language'],
      limit: -1,
    };
    found.push(...((await readKeyed(context, TRANSLATIONS, query, undefined)) as Stored[]));
  }
  return found;
}
