import { expect, test } from 'vitest';
import { fits, nameOf, readName, type Was } from '../../../src/directus/agent.ts';
import { version } from '../../../src/version.ts';

const call = '0123456789ab';
const nothing: Was = { changed: {}, gone: {}, columns: [] };

test('a request is named after its call, and after what it takes back', () => {
  expect(nameOf({ call })).toBe(`directus-assistant/${version} (call ${call})`);
  expect(nameOf({ call, was: nothing })).toBe(nameOf({ call }));
  for (const whole of [true, false]) {
    const undo = { call: 'ba9876543210', whole };
    expect(readName(nameOf({ call, undo }))).toEqual({ call, undo, was: undefined });
  }
});

test('what a request overwrote is read back as it was: keys, links, times and nothing', () => {
  const was: Was = {
    changed: {
      articles: {
        12: { author: 4, image: null },
        13: { author: null, image: 'a3f0c1de-0000-4000-8000-000000000000' },
      },
      languages: { 'de-DE': { parent: 'en-US' }, '007': { parent: '' } },
    },
    gone: {
      articles_tags: { 5: { articles_id: 12, tags_id: 3 }, 'ünï "quoted"': { articles_id: 1, tags_id: 2 } },
    },
    columns: ['articles.title'],
  };
  const name = nameOf({ call, was });
  expect(name).toMatch(/^[\x20-\x7e]+$/);
  expect(readName(name)?.was).toEqual(was);
});

test('a name is never longer than Directus keeps; what does not fit is left out whole', () => {
  const rows = (count: number): Was => ({
    ...nothing,
    changed: {
      articles: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [index + 1, { author: (index * 7919) % 1009 }]),
      ),
    },
  });
  expect(fits(nothing)).toBe(true);
  expect(fits(rows(100))).toBe(true);
  expect(Object.keys(readName(nameOf({ call, was: rows(100) }))?.was?.changed.articles ?? {})).toHaveLength(
    100,
  );
  expect(fits(rows(5000))).toBe(false);
  for (const count of [1, 50, 150, 250, 300, 5000]) {
    const name = nameOf({ call, undo: { call, whole: false }, was: rows(count) });
    expect(name.length).toBeLessThanOrEqual(1024);
    expect(readName(name)?.call).toBe(call);
  }
});

test('names of others, and of ours that were tampered with, tell nothing', () => {
  const others = [
    null,
    '',
    'Mozilla/5.0',
    `directus-assistant/${version}`,
    `directus-assistant/${version} (call 0123)`,
    `directus-assistant/${version} (call ${call}; undid x)`,
    `x directus-assistant/${version} (call ${call})`,
    `directus-assistant/${version} (call ${call}) x`,
  ];
  for (const name of others) expect(readName(name)).toBeUndefined();
  for (const packed of ['AAAA', 'e30', 'bnVsbA', Buffer.from('garbage').toString('base64url')]) {
    const mark = readName(`directus-assistant/${version} (call ${call}; was ${packed})`);
    expect(mark?.call).toBe(call);
    expect(mark?.was).toBeUndefined();
  }
});
