import { expect, test } from 'vitest';
import { secretsOfServer } from '../../../src/host/mcp/config.ts';
import { decoded } from '../../../src/settings/address.ts';
import { settingsSchema } from '../../../src/settings/schema.ts';

test('what is badly escaped is taken as it stands', () => {
  expect(decoded('a%20b')).toBe('a b');
  expect(decoded('100%')).toBe('100%');
});

test('a password with a stray % in the address of a server is still kept secret', () => {
  const url = 'https://me:50%off@example.com/mcp';
  expect(secretsOfServer({ name: 'shop', url })).toContain('50%off');
});

test.for(['publicUrl', 'peerUrl'])('%s is shown, and so must not hold a password', (name) => {
  const read = (url: string) => settingsSchema.safeParse({ http: { [name]: url } });
  expect(read('https://mcp.example.com').success).toBe(true);
  expect(read('https://me:secret@mcp.example.com').error?.issues[0]).toMatchObject({
    path: ['http', name],
    message: 'must not hold a user name or password',
  });
});
