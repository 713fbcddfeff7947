import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bound, mint, signingKey, use, VALID_MINUTES, verify } from '../../../src/guard/confirm.ts';

const secret = randomBytes(32);
const key = signingKey(secret, 'token of a user');
const bound: Bound = { call: 'items.update', input: { keys: [1], data: { a: 1, b: 2 } }, state: [{ id: 1 }] };
const minutes = 60_000;

test('a token confirms the call it was made for, in whatever order its arguments come', () => {
  const token = mint(key, bound);
  expect(verify(key, token, bound)).toBe('ok');
  const turned = { ...bound, input: { data: { b: 2, a: 1 }, keys: [1] } };
  expect(verify(key, token, turned)).toBe('ok');
  expect(token.length).toBeLessThan(60);
});

test('A11 it expires', () => {
  const now = Date.now();
  const token = mint(key, bound, undefined, now);
  expect(verify(key, token, bound, now + (VALID_MINUTES - 1) * minutes)).toBe('ok');
  expect(verify(key, token, bound, now + (VALID_MINUTES + 1) * minutes)).toBe('expired');
});

test('A11 it is used once, and that is remembered whatever the clock does', () => {
  const now = Date.now();
  const token = mint(key, bound, undefined, now);
  expect(use(token)).toBe(true);
  expect(use(token)).toBe(false);
  expect(verify(key, token, bound, now)).toBe('used');
  // As after a day in which others were used, and the clock put back.
  expect(use(mint(key, bound, undefined, now + 24 * 60 * minutes))).toBe(true);
  expect(use(token)).toBe(false);
});

test('A11 it does not become good for a day where the clock is put back', () => {
  const now = Date.now();
  const key = signingKey(secret, 'a user of this test');
  const token = mint(key, bound, undefined, now);
  expect(verify(key, token, bound, now - 24 * 60 * minutes)).toBe('expired');
  // Clocks of instances differ a little.
  expect(verify(key, token, bound, now - 30_000)).toBe('ok');
});

test('A11 it holds for no other call, arguments, user or state', () => {
  // Tokens made in the same moment for the same are the same, and others have used theirs.
  const key = signingKey(secret, 'a user of this test');
  const token = mint(key, bound);
  expect(verify(signingKey(secret, 'another user'), token, bound)).toBe('other call');
  expect(verify(key, token, { ...bound, call: 'items.delete' })).toBe('other call');
  expect(verify(key, token, { ...bound, input: { keys: [2], data: { a: 1, b: 2 } } })).toBe('other call');
  expect(verify(key, token, { ...bound, state: [{ id: 1, title: 'x' }] })).toBe('changed');
});

test('A11 nothing else is a confirmation', () => {
  const token = mint(key, bound);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.constant(token.slice(0, -1))), (other) => {
      expect(verify(key, other, bound)).toBe('other call');
    }),
  );
  // Any bit of it counts.
  fc.assert(
    fc.property(fc.nat({ max: 8 * 32 - 1 }), (bit) => {
      const bytes = Buffer.from(token, 'base64url');
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verify(key, bytes.toString('base64url'), bound)).not.toBe('ok');
    }),
  );
});

test('A11 no other spelling of a token is another token', () => {
  const token = mint(key, bound);
  const placed = mint(key, bound, 'instance');
  for (const other of [`${token}.x`, `${token}.`, `${token}=`, ` ${token}`, `${token}\n`, `${token}.x.y`])
    expect(verify(key, other, bound)).toBe('other call');
  for (const other of [
    placed.split('.')[0] ?? '',
    `${placed}.x`,
    `${placed}=`,
    placed.replace('instance', 'other'),
  ])
    expect(verify(key, other, bound)).toBe('other call');
  expect(verify(key, placed, bound)).toBe('ok');
  // The last letter has bits to spare.
  const last = token.at(-1) ?? '';
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
    if (letter !== last) expect(verify(key, token.slice(0, -1) + letter, bound)).toBe('other call');
  }
});

test('a confirmation gives nothing to guess a credential by: without the secret of the server, none fits', () => {
  const token = mint(signingKey(secret, 'a password'), bound);
  expect(verify(signingKey(secret, 'a password'), token, bound)).toBe('ok');
  for (const guess of [randomBytes(32), Buffer.alloc(32), Buffer.alloc(0)])
    expect(verify(signingKey(guess, 'a password'), token, bound)).toBe('other call');
});
