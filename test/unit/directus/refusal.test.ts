import { describe, expect, test } from 'vitest';
import { DirectusError } from '../../../src/directus/errors.ts';
import { explain } from '../../../src/directus/explain.ts';
import { areAdmins, coversField, permissionOf } from '../../../src/directus/permissions.ts';
import { refusalOf } from '../../../src/directus/refusal.ts';
import type { Schema } from '../../../src/directus/schema.ts';

const error = (message: string, method: string, path: string) =>
  new DirectusError(403, [{ message, extensions: { code: 'FORBIDDEN' } }], { method, path });

/** Nothing of it is asked. */
const schema = {} as Schema;
const GENERIC = `You don't have permission to access this.`;
const noCollection = (name: string) =>
  `You don't have permission to access collection "${name}" or it does not exist. Queried in root.`;

describe('A24 what Directus refused, from its words and the request', () => {
  test.each([
    ['GET', '/items/articles', { collection: 'articles', actions: ['read'] }],
    ['SEARCH', '/items/articles', { collection: 'articles', actions: ['read'] }],
    ['POST', '/items/articles', { collection: 'articles', actions: ['create'] }],
    ['PATCH', '/items/articles', { collection: 'articles', actions: ['update'] }],
    ['DELETE', '/items/articles/5', { collection: 'articles', actions: ['delete'], key: '5' }],
    ['GET', '/files/abc', { collection: 'directus_files', actions: ['read'], key: 'abc' }],
    ['GET', '/assets/abc', { collection: 'directus_files', actions: ['read'], key: 'abc' }],
    ['POST', '/files/import', { collection: 'directus_files', actions: ['create'] }],
    ['POST', '/versions/abc/promote', { collection: 'directus_versions', actions: ['create'] }],
    ['PATCH', '/users', { collection: 'directus_users', actions: ['update'] }],
    ['GET', '/fields/articles', { collection: 'articles', actions: ['read'] }],
    ['POST', '/utils/revert/5', { collection: 'directus_revisions', actions: ['read'] }],
  ])('%s %s', (method, path, expected) => {
    expect(refusalOf(error(GENERIC, method, path), undefined)).toMatchObject(expected);
  });

  test('what only administrators may do, and flows that are run', () => {
    for (const path of ['/collections', '/fields/articles', '/relations/articles/author', '/schema/apply'])
      expect(refusalOf(error(GENERIC, 'POST', path), undefined).adminsOnly).toBe('changing the data model');
    expect(refusalOf(error(GENERIC, 'GET', '/relations'), undefined).adminsOnly).toBeUndefined();
    expect(refusalOf(error(GENERIC, 'POST', '/flows/trigger/abc'), undefined).flow).toBe(true);
    expect(refusalOf(error(GENERIC, 'POST', '/flows'), undefined).flow).toBeUndefined();
  });

  test('its words go before the request: action, collection and fields', () => {
    const fields = `You don't have permissions to perform "update" for the field(s) "title", "body" in collection "articles" or it does not exist.`;
    expect(refusalOf(error(fields, 'PATCH', '/items/articles'), undefined)).toMatchObject({
      collection: 'articles',
      actions: ['update'],
      fields: ['title', 'body'],
    });
    const related = `You don't have permission to access field "email" in collection "authors" or it does not exist. Queried in "author".`;
    expect(refusalOf(error(related, 'GET', '/items/articles'), undefined)).toMatchObject({
      collection: 'authors',
      actions: ['read'],
      fields: ['email'],
    });
    const share = `You don't have permission to perform "share" for collection "articles" or it does not exist.`;
    expect(refusalOf(error(share, 'POST', '/shares'), undefined).actions).toEqual(['share']);
  });

  test('a collection beside the one of the request was nested in it, or is what it hangs on', () => {
    expect(refusalOf(error(noCollection('tags'), 'PATCH', '/items/articles'), undefined)).toMatchObject({
      collection: 'tags',
      actions: ['create', 'update'],
    });
    expect(refusalOf(error(noCollection('articles'), 'POST', '/comments'), undefined)).toMatchObject({
      collection: 'articles',
      actions: ['read'],
    });
  });

  test('a reason that is none of its own is told as it is, among the facts', async () => {
    const own = await explain(error('Only on Mondays.', 'PATCH', '/items/articles'), schema, {});
    expect(own.message).toBe('Directus refused this.');
    expect(own.details).toEqual({ said: 'Only on Mondays.' });
    expect(own.next).toMatch(/Do not try again/);
  });

  test('nothing is claimed where nothing can be asked', async () => {
    const vague = await explain(error(GENERIC, 'PATCH', '/items/articles'), schema, {});
    expect(vague.message).toBe(
      'Your Directus user may not do this (update articles), or what it names does not exist.',
    );
  });
});

describe('permissions', () => {
  test('what is absent is not allowed, whatever it is called', () => {
    for (const name of ['articles', 'constructor', '__proto__', 'toString'])
      expect(permissionOf({}, name, 'read')).toEqual({ access: 'none' });
    expect(coversField({ access: 'none', fields: ['*'] }, 'title')).toBe(false);
    expect(coversField({ access: 'partial', fields: ['title'] }, 'title')).toBe(true);
    expect(coversField({ access: 'full' }, 'title')).toBe(false);
  });

  test('only who may do everything is an administrator', () => {
    const all = (access: 'full' | 'partial') =>
      Object.fromEntries(
        ['create', 'read', 'update', 'delete', 'share'].map((action) => [action, { access }]),
      );
    expect(areAdmins({ a: all('full'), b: all('full') })).toBe(true);
    expect(areAdmins({ a: all('full'), b: { ...all('full'), share: { access: 'none' } } })).toBe(false);
    expect(areAdmins({ a: all('partial') })).toBe(false);
    expect(areAdmins({})).toBe(false);
  });
});
