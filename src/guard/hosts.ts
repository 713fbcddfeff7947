import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { ToolError } from '../directus/errors.ts';
import type { Settings } from '../settings/schema.ts';

/*
 * What Directus is asked to fetch is fetched from inside its own network, where much trusts whoever asks: other
 * services, the cloud's own metadata. Directus bars only addresses of its own machine and one of metadata
 * (IMPORT_IP_DENY_LIST), so addresses that are not public are refused before they are sent there.
 *
 * What this cannot guard: Directus looks the name up again, and may be given another address (a name server that
 * changes its answer), and it follows redirects that we were not shown. Only Directus's own list stands there.
 */

/** Addresses that are not public, by the registries of IANA. */
const BARRED_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Of IPv6 only this part is public, and within it these are not, or hide an address of IPv4. */
const PUBLIC_6 = ['2000::', 3] as const;
const BARRED_6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

/** Names that mean this machine or the network around it, wherever they are looked up. */
const PRIVATE_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|home\.arpa)$/;

function listOf(ranges: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [address, bits] of ranges) list.addSubnet(address, bits, family);
  return list;
}

let lists: { barred4: BlockList; public6: BlockList; barred6: BlockList } | undefined;

/** Whether an IP address is one that anybody on the internet could reach. */
export function isPublic(address: string): boolean {
  lists ??= {
    barred4: listOf(BARRED_4, 'ipv4'),
    public6: listOf([PUBLIC_6], 'ipv6'),
    barred6: listOf(BARRED_6, 'ipv6'),
  };
  const { barred4, public6, barred6 } = lists;
  // The part after % names a network card.
  const [plain = ''] = address.split('%');
  if (isIP(plain) === 4) return !barred4.check(plain, 'ipv4');
  // An address of IPv4 in the clothes of IPv6 is not public by this.
  return isIP(plain) === 6 && public6.check(plain, 'ipv6') && !barred6.check(plain, 'ipv6');
}

/** Whether the settings allow a host by its name, private or not. */
export function isListed(host: string, { uploadHosts }: Pick<Settings, 'uploadHosts'>): boolean {
  return uploadHosts.some((entry) => {
    const name = entry.toLowerCase();
    return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
  });
}

/**
 * Checks an address from which a file is to be fetched. `URL` has already made plain what was written in other ways
 * (decimal, octal and hex numbers, escaped letters).
 * @param settings `uploadHosts` lists hosts that may be private
 * @throws ToolError when it is no plain web address, or leads to a private network
 */
export async function checkRemote(url: URL, settings: Pick<Settings, 'uploadHosts'>): Promise<void> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refusal(`a file is fetched by http or https, not by "${url.protocol.slice(0, 20)}"`);
  if (url.username || url.password)
    throw refusal('an address with a user name or password in it would leave them in logs');
  const host = hostOf(url);
  if (isListed(host, settings)) return;
  if (PRIVATE_NAMES.test(host)) throw privateHost(host);
  for (const address of await addressesOf(host)) if (!isPublic(address)) throw privateHost(host);
}

/** The host without the brackets of IPv6 and the dot that may end a name. */
export function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host)) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    throw refusal(
      `the host "${host.slice(0, 100)}" cannot be found from here, so nobody can say whether it is private`,
    );
  }
}

function privateHost(host: string): ToolError {
  return refusal(`"${host.slice(0, 100)}" is on a private network or this machine`);
}

function refusal(why: string): ToolError {
  return new ToolError(
    'ADDRESS_REFUSED',
    `This address is not fetched: ${why}. Nothing was uploaded.`,
    'Use a public http(s) address, or give the content itself (base64, text). An administrator can allow a host in uploadHosts.',
  );
}
