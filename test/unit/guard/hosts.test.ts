import { describe, expect, test } from 'vitest';
import { checkRemote, isListed, isPublic } from '../../../src/guard/hosts.ts';

describe('A19 addresses', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.0.1',
    '192.167.255.255',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
    '2001:4860:4860::8888',
  ])('A19 %s is public', (address) => expect(isPublic(address)).toBe(true));

  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a9fe:a9fe',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fdff::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'not an address',
    '',
  ])('A19 "%s" is not public', (address) => expect(isPublic(address)).toBe(false));
});

test('A19 a host is allowed by its own name, or by that of everything below a domain', () => {
  const listed = (host: string, ...uploadHosts: string[]) => isListed(host, { uploadHosts });
  expect(listed('media.intranet', 'media.intranet')).toBe(true);
  expect(listed('media.intranet', 'Media.Intranet')).toBe(true);
  expect(listed('a.media.intranet', 'media.intranet')).toBe(false);
  expect(listed('a.media.intranet', '*.media.intranet')).toBe(true);
  expect(listed('a.b.media.intranet', '*.media.intranet')).toBe(true);
  expect(listed('media.intranet', '*.media.intranet')).toBe(false);
  expect(listed('evilmedia.intranet', '*.media.intranet')).toBe(false);
  expect(listed('anything')).toBe(false);
});

test('A19 a host that is allowed is so for plain web addresses only', async () => {
  const settings = { uploadHosts: ['localhost'] };
  await expect(checkRemote(new URL('http://localhost:8055/a'), settings)).resolves.toBeUndefined();
  await expect(checkRemote(new URL('ftp://localhost/a'), settings)).rejects.toThrow(/http or https/);
  await expect(checkRemote(new URL('http://me@localhost/a'), settings)).rejects.toThrow(/user name/);
});
