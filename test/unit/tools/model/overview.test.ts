import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import type { Collection } from '../../../../src/directus/types.ts';
import { linesOf } from '../../../../src/tools/model/overview.ts';

const collection = (name: string, meta: Collection['meta'] = {}): Collection => ({
  collection: name,
  meta,
  schema: { name },
});
const FIRST = ['customer', 'order', 'invoice', 'Produktübersicht', 'blog', 'x', 'newsletterabonnement'];
const SECOND = ['history', 'line', 'address', 'translations', 'v2', 'Überblick', 'settings_old'];

/** As many different names as asked for, with notes of their own or none. */
const many = (count: number, join: string, note?: string) =>
  Array.from({ length: count }, (_, index) => {
    const first = FIRST[index % FIRST.length];
    const second = SECOND[Math.floor(index / FIRST.length) % SECOND.length];
    return collection(`${first}${join}${second}${join}${index}`, note ? { note: `${note} ${index}` } : {});
  });
const numbered = Array.from({ length: 300 }, (_, index) => collection(`wide_${index}`, { note: 'One' }));

describe('the overview', () => {
  test('a small data model is listed as it is', () => {
    const few = [
      collection('articles', { note: 'News stories' }),
      collection('articles_tags'),
      collection('articles_blocks'),
      collection('articles_files'),
      collection('site', { singleton: true, note: '$t:site' }),
    ];
    expect(linesOf(few)).toEqual({
      lines: [
        'articles: News stories',
        'articles_tags',
        'articles_blocks',
        'articles_files',
        'site (singleton)',
      ],
      left: 0,
    });
  });

  test.each([
    ['300 numbered ones with the same note', numbered],
    ['300 with notes of their own', many(300, '_', 'What customers wrote to us about number')],
    ['3,000 with long notes', many(3000, '_', 'x'.repeat(500))],
    ['3,000 that share no beginning', many(3000, '')],
  ])('%s cost at most 2,000 tokens, and none is lost in silence', (_what, collections) => {
    const { lines, left } = linesOf(collections);
    expect(countTokens(JSON.stringify({ collections: lines }))).toBeLessThanOrEqual(2000);
    const names = lines.flatMap((line) => {
      const [, prefix = '', inner] = /^([^{]*)\{([^}]*)\}/.exec(line) ?? [];
      if (inner === undefined) return [line.split(':')[0]];
      const shown = inner.split(',').filter((name) => !name.startsWith('…'));
      return shown.map((name) => prefix + name);
    });
    expect(names.length + left).toBe(collections.length);
    for (const name of names) expect(collections.some((one) => one.collection === name)).toBe(true);
  });

  test('300 with names of three words are all shown', () => {
    expect(linesOf(many(300, '_', 'What customers wrote to us about number')).left).toBe(0);
  });

  test('names are put together before notes are lost, and singletons keep their mark', () => {
    const { lines } = linesOf([
      collection('blog_settings', { singleton: true }),
      ...Array.from({ length: 300 }, (_, index) => collection(`blog_${index}`, { note: 'Posts of a year' })),
      collection('shop_orders', { note: 'What people bought' }),
    ]);
    expect(lines).toContain('blog_settings (singleton)');
    expect(lines).toContain('shop_orders: What people bought');
    expect(lines.find((line) => line.startsWith('blog_{'))).toMatch(/^blog_\{0,1,.*,299\}: Posts of a year$/);
  });
});
