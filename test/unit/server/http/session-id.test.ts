import { randomBytes } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { claimsOf, handshakeOf, openClaims, sealClaims } from '../../../../src/server/http/session-id.ts';

const key = randomBytes(32);
const params = {
  protocolVersion: '2025-11-25',
  capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, experimental: { anything: {} } },
  clientInfo: { name: 'a client', version: '1.2.3', icons: ['x'.repeat(10_000)] },
};

afterEach(() => vi.useRealTimers());

test('a session comes out of its id as it went in', () => {
  const claims = claimsOf(params, 'caller', 'http://10.0.0.7:8056');
  expect(openClaims(key, sealClaims(key, claims))).toEqual(claims);
  expect(claims).toMatchObject({ opener: 'caller', home: 'http://10.0.0.7:8056' });
  expect(handshakeOf(claims)[0]).toMatchObject({
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: { form: {}, url: {} } },
      clientInfo: { name: 'a client', version: '1.2.3' },
    },
  });
});

test('an id is short enough for a header, whatever a client says of itself', () => {
  const long = { name: 'n'.repeat(100_000), version: 'v'.repeat(100_000) };
  const elicitation = { form: { x: 'y'.repeat(100_000) }, more: 'z'.repeat(100_000) };
  const claims = claimsOf(
    { protocolVersion: 'p'.repeat(100_000), capabilities: { elicitation }, clientInfo: long },
    'c',
    'h',
  );
  expect(sealClaims(key, claims).length).toBeLessThan(700);
});

test('a client that says nothing has a session all the same', () => {
  for (const nothing of [undefined, null, 7, {}, { capabilities: 'none', clientInfo: [] }]) {
    const claims = claimsOf(nothing, 'caller', 'home');
    expect(openClaims(key, sealClaims(key, claims))).toEqual(claims);
    expect(claims.capabilities).toEqual({});
  }
});

test('a session of last week is no session', () => {
  vi.useFakeTimers();
  const id = sealClaims(key, claimsOf(params, 'caller', 'home'));
  vi.advanceTimersByTime(6.9 * 24 * 3_600_000);
  expect(openClaims(key, id)).toBeTruthy();
  vi.advanceTimersByTime(0.2 * 24 * 3_600_000);
  expect(openClaims(key, id)).toBeUndefined();
});
