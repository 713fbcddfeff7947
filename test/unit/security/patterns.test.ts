import { checkSync } from 'recheck';
import { expect, test } from 'vitest';
import { translate } from '../../../src/directus/answers.ts';
import type { DirectusError } from '../../../src/directus/errors.ts';
import { explain } from '../../../src/directus/explain.ts';
import { checkFilter } from '../../../src/directus/filter.ts';
import { refusalOf } from '../../../src/directus/refusal.ts';
import type { Schema } from '../../../src/directus/schema.ts';
import { checkTemplate } from '../../../src/guard/model.ts';
import { fill } from '../../../src/guard/templates.ts';
import { dataIn } from '../../../src/host/context-items/data.ts';
import { patterns } from './patterns.ts';

/** Those that take long for long texts, and why they never get one. */
const BOUNDED: Record<string, string> = {
  '\\/+$': 'an address that the operator has set',
  '\\.+$': 'a message of Directus of at most 400 characters',
  '([\\w-]+)=(ey[\\w-]+\\.[\\w-]+\\.[\\w-]+)': 'a header of Directus, which Node bounds',
  '<title[^>]*>([^<]*)<': 'the first 10,000 characters of a page',
  '\\S*\\s*$': 'what a person types',
  '^-+|-+$': 'a title of a conversation of at most 500 characters',
  '^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$': 'an address of at most 320 characters',
  '=+$': 'what was found to be base64, which ends with two at most',
  '<!--.*?-->': 'the first bytes of a file',
  '^(\\s*)([^\\s:"→][^:"→]*: )("(?:[^"\\\\]|\\\\.)*"|.*?) → (.*)$':
    'a line of a preview of at most 2,500 characters',
  'https?:\\/\\/[^\\s"\'<>)\\\\]+\\/admin\\/[^\\s"\'<>)\\\\]+':
    'an answer of a tool within its budget of tokens',
};

/** The demo model and the command line read what the person at the machine wrote. */
const rooms = patterns().filter(({ at }) => !/^(sandbox|cli)\//.test(at));

test('no regular expression takes long for a text that somebody else wrote', { timeout: 300_000 }, () => {
  const repeating = new Map(
    rooms.filter(({ source }) => /[*+{]/.test(source)).map((one) => [one.source, one]),
  );
  expect(repeating.size).toBeGreaterThan(100);
  const slow = [...repeating.values()].flatMap(({ source, flags, at }) => {
    const found = checkSync(source, flags, { timeout: 500 });
    if (found.status !== 'vulnerable' || Object.hasOwn(BOUNDED, source)) return [];
    return [`${at} ${source}: ${found.complexity.summary}`];
  });
  expect(slow).toEqual([]);
});

test('what is said to be bounded is still there', () => {
  const sources = rooms.map(({ source }) => source);
  expect(Object.keys(BOUNDED).filter((source) => !sources.includes(source))).toEqual([]);
});

const N = 500_000;
const schema = {} as Schema;
const said = (message: string) =>
  translate(
    {
      errors: [{ message, extensions: { code: 'FORBIDDEN' } }],
      response: { status: 403, headers: { get: () => null } },
    },
    { method: 'GET', path: '/items/articles' },
  ) as DirectusError;

/** Each would keep the process busy for hours if its length counted twice. */
test.each<[string, () => unknown]>([
  ['a time in a filter', () => checkFilter({ date: { _gt: `$NOW(${'1'.repeat(N)}x` } }, 'query.filter')],
  ['a display template', () => checkTemplate('{{ '.repeat(N), 'articles', [])],
  ['a template with blanks', () => checkTemplate(`{{${' '.repeat(N)}`, 'articles', [])],
  ['a template in a flow', () => fill('{{'.repeat(N), {})],
  ['a whole template in a flow', () => fill(`{{${' '.repeat(N)}`, {})],
  [
    'an answer full of openings',
    () => dataIn({ content: [{ type: 'text', text: '<data-01234567>\n'.repeat(N / 10) }] }),
  ],
  ['a refusal full of fields', () => refusalOf(said('field "'.repeat(N)), undefined)],
  ['an error full of SQL', () => explain(said('insert '.repeat(N)), schema, {})],
])('%s of a million letters is read in one go', async (_, read) => {
  await Promise.resolve()
    .then(read)
    .catch((error: unknown) => expect(error).toBeInstanceOf(Error));
});
