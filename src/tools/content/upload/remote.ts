import { type LookupAddress, lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { USER_AGENT } from '../../../directus/http.ts';
import { checkRemote, hostOf, isListed, isPublic } from '../../../guard/hosts.ts';
import type { Context } from '../../define.ts';

/** What the server of an address says of the file there; nothing where it does not tell. */
export type Remote = { size?: number; type?: string };

const TIMEOUT_MS = 3000;
const MOST_REDIRECTS = 5;

/**
 * Asks for the size and type of a remote file without its content, following redirects as Directus will, each
 * checked like the first address. A server that does not answer us may still answer Directus, so that is no error.
 * @throws ToolError when the address, or one it redirects to, must not be fetched
 */
export async function lookAt(address: URL, { settings, signal }: Context): Promise<Remote> {
  let url = address;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    await checkRemote(url, settings);
    const listed = isListed(hostOf(url), settings);
    const headers = await headersOf(url, listed, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (!headers) return {};
    if (!headers.redirect) return headers;
    url = new URL(headers.redirect, url);
  }
  return {};
}

type Head = Remote & { redirect?: string };

function headersOf(url: URL, listed: boolean, signal: AbortSignal): Promise<Head> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'HEAD',
      agent: false,
      headers: { 'User-Agent': USER_AGENT },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(listed ? {} : { lookup: publicOnly }),
    });
    request.on('error', reject);
    request.on('response', ({ statusCode = 0, headers }) => {
      request.destroy();
      const { location } = headers;
      if (statusCode >= 300 && statusCode < 400 && location) resolve({ redirect: location });
      else if (statusCode !== 200) resolve({});
      else resolve(said(headers));
    });
    request.end();
  });
}

function said(headers: http.IncomingHttpHeaders): Remote {
  const size = Number(headers['content-length'] || Number.NaN);
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return { ...(Number.isSafeInteger(size) ? { size } : {}), ...(type ? { type } : {}) };
}

/** Looks a name up for the very connection, so that a second answer for it cannot lead elsewhere. */
const publicOnly: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const [first] = found ?? [];
    if (error || !first || !found.every(({ address }) => isPublic(address)))
      callback(error ?? new Error('private'), '', 0);
    else if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};
