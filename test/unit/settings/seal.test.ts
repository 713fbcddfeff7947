import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seal, unseal } from '../../../src/settings/seal.ts';

const key = randomBytes(32);

test('what was sealed opens, for its purpose and with its key alone', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const sealed = seal(key, 'session', text);
      expect(unseal(key, 'session', sealed)).toBe(text);
      expect(unseal(key, 'question', sealed)).toBeUndefined();
      expect(unseal(randomBytes(32), 'session', sealed)).toBeUndefined();
    }),
  );
});

test('nothing else opens: no bit of it may change', () => {
  const sealed = Buffer.from(seal(key, 'session', 'who I am'), 'base64url');
  fc.assert(
    fc.property(fc.nat({ max: sealed.length * 8 - 1 }), (bit) => {
      const bytes = Buffer.from(sealed);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(unseal(key, 'session', bytes.toString('base64url'))).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.string(), (other) => {
      expect(unseal(key, 'session', other)).toBeUndefined();
    }),
  );
});

test('there is one spelling of it', () => {
  const sealed = seal(key, 'session', 'x');
  for (const other of [`${sealed}=`, ` ${sealed}`, `${sealed}\n`, `${sealed}!`])
    expect(unseal(key, 'session', other)).toBeUndefined();
});

test('it does not show what is in it, and looks different each time', () => {
  const [one, other] = [seal(key, 'session', 'a secret'), seal(key, 'session', 'a secret')];
  expect(one).not.toBe(other);
  expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('secret');
  expect(one).toMatch(/^[\w-]+$/);
});
