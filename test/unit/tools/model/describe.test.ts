import { describe, expect, test } from 'vitest';
import type { CollectionPermissions } from '../../../../src/directus/permissions.ts';
import type { Field, Relation } from '../../../../src/directus/types.ts';
import { describeCollection } from '../../../../src/tools/model/describe.ts';
import { describeField } from '../../../../src/tools/model/field-line.ts';

const field = (about: Partial<Field> = {}): Field => ({
  collection: 'posts',
  field: 'title',
  type: 'string',
  schema: {},
  meta: {},
  ...about,
});
const posts = { collection: 'posts', meta: {}, schema: { name: 'posts' } };
const choices = (...values: string[]) => values.map((value) => ({ text: value.toUpperCase(), value }));
const tree = [{ value: 'a', children: choices('b') }];
const titled = { title: { _nnull: true } };
const slugged = { slug: { _nnull: true } };
const repeater = [
  { field: 'label', type: 'string', meta: { required: true } },
  { field: 'size', type: 'string', meta: { options: { choices: choices('s', 'm') } } },
  { field: 'rows', type: 'json', meta: { options: { fields: [{ field: 'count', type: 'integer' }] } } },
];

describe('a field', () => {
  test.each<[string, string, Partial<Field>]>([
    ['length that is not the usual one', 'string(80)', { schema: { max_length: 80 } }],
    ['the usual length', 'string', { schema: { max_length: 255 } }],
    [
      'numbers of digits',
      'decimal(10,2)',
      { type: 'decimal', schema: { numeric_precision: 10, numeric_scale: 2 } },
    ],
    ['required', 'string *', { meta: { required: true } }],
    ['required by the database', 'string *', { schema: { is_nullable: false, default_value: null } }],
    ['not to be emptied', 'string !null =a', { schema: { is_nullable: false, default_value: 'a' } }],
    ['unique', 'string unique', { schema: { is_unique: true } }],
    [
      'a key that is counted up',
      'integer pk auto',
      { type: 'integer', schema: { is_primary_key: true, has_auto_increment: true } },
    ],
    ['a key to be given', 'string pk *', { schema: { is_primary_key: true, is_nullable: false } }],
    [
      'a key that is made up',
      'uuid pk auto',
      { type: 'uuid', schema: { is_primary_key: true, max_length: 36 }, meta: { special: ['uuid'] } },
    ],
    [
      'filled in by Directus',
      'timestamp auto(date-updated)',
      { type: 'timestamp', meta: { special: ['date-updated'], readonly: true } },
    ],
    ['not for people to change', 'string readonly', { meta: { readonly: true } }],
    ['a default with blanks', 'string ="not yet"', { schema: { default_value: 'not yet' } }],
    ['a default that is no text', 'boolean =false', { type: 'boolean', schema: { default_value: false } }],
    ['choices', 'string {a|b}', { meta: { options: { choices: choices('a', 'b') } } }],
    [
      'choices in a tree',
      'json list {a|b}',
      { type: 'json', meta: { interface: 'select-multiple-checkbox-tree', options: { choices: tree } } },
    ],
    ['tags', 'csv list', { type: 'csv', meta: { interface: 'tags' } }],
    ['rich text', 'html', { type: 'text', meta: { interface: 'input-rich-text-html' } }],
    ['a note', 'string - The headline of it', { meta: { note: 'The  headline\nof it' } }],
    ['a note that is a key of translations', 'string', { meta: { note: '$t:title' } }],
    [
      'a rule',
      'string valid if {"_regex":"^[A-Z]"}',
      { meta: { validation: { _and: [{ title: { _regex: '^[A-Z]' } }] } } },
    ],
    [
      'a rule on several fields',
      `string valid if ${JSON.stringify({ _and: [titled, slugged] })}`,
      { meta: { validation: { _and: [titled, slugged] } } },
    ],
    ['a rule that rules nothing', 'string', { meta: { validation: {} } }],
    [
      'a repeater',
      'json list of {label*,size {s|m},rows:json list of {count:integer}}',
      { type: 'json', meta: { interface: 'list', options: { fields: repeater } } },
    ],
  ])('%s: %s', (_what, line, about) => {
    expect(describeField(field(about), [])).toBe(line);
  });

  test('very long notes, rules and lists of choices are cut', () => {
    const numbers = Array.from({ length: 900 }, (_, index) => index);
    const line = describeField(
      field({
        meta: {
          note: 'n'.repeat(5000),
          validation: { title: { _in: numbers } },
          options: { choices: choices(...numbers.map(String)) },
        },
      }),
      [],
    );
    expect(line.length).toBeLessThan(600);
    expect(line.match(/…/g)).toHaveLength(3);
  });
});

test('a relation names target, junction and order', () => {
  const relation = (about: Partial<Relation>): Relation => ({
    collection: 'posts_files',
    field: 'posts_id',
    related_collection: 'posts',
    schema: null,
    meta: {},
    ...about,
  });
  const relations = [
    relation({ meta: { one_field: 'gallery', junction_field: 'file', sort_field: 'sort' } }),
    relation({ field: 'file', related_collection: 'directus_files' }),
    relation({ collection: 'notes', field: 'post', meta: { one_field: 'notes', sort_field: 'position' } }),
  ];
  const line = (name: string) =>
    describeField(field({ field: name, type: 'alias', schema: null }), relations);
  expect(line('gallery')).toBe('files directus_files via posts_files(posts_id,file) by sort');
  expect(line('notes')).toBe('o2m notes.post by position');
});

describe('what this user may do', () => {
  const fields = [
    field({ field: 'id', schema: { is_primary_key: true, has_auto_increment: true } }),
    field({ field: 'title' }),
    field({ field: 'body' }),
    field({ field: 'status' }),
  ];
  const described = (permissions?: CollectionPermissions) =>
    describeCollection(posts, fields, [], permissions);

  test('of admins nothing is said', () => {
    expect(described()).toEqual({
      fields: { id: 'string pk auto', title: 'string', body: 'string', status: 'string' },
    });
  });

  test('actions, on all or some rows, and fields with fewer rights than the rest', () => {
    const some = described({
      read: { access: 'full', fields: ['*'] },
      create: { access: 'full', fields: ['title', 'body'] },
      update: { access: 'partial', fields: ['title'] },
      delete: { access: 'none' },
    });
    expect(some).toEqual({
      you: 'read, create, update (some rows)',
      fields: {
        id: 'string pk auto',
        title: 'string',
        body: 'string you:read+create',
        status: 'string you:read',
      },
    });
  });

  test('where nothing may be written, fields say nothing', () => {
    expect(described({ read: { access: 'full', fields: ['*'] } })).toMatchObject({
      you: 'read',
      fields: { title: 'string' },
    });
    expect(described({})).toMatchObject({ you: 'nothing' });
  });
});

test('a collection without history says so, those of Directus itself do not', () => {
  const meta = { accountability: null };
  expect(describeCollection({ ...posts, meta }, [], [])).toMatchObject({ history: 'none kept' });
  const own = { ...posts, collection: 'directus_users', meta };
  expect(describeCollection(own, [], [])).not.toHaveProperty('history');
});
