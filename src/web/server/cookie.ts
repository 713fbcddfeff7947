import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { seal, unseal } from '../../settings/seal.ts';
import type { Ports } from './ports.ts';

/** What a browser keeps of a sign-in, sealed: the server keeps nothing, so any instance with the key can go on. */
const kept = z.object({
  token: z.string(),
  /** ISO times. */
  since: z.string(),
  expiresAt: z.string().optional(),
});

export type Kept = z.infer<typeof kept>;

const PURPOSE = 'sign-in of the pages';
/** A static token does not end; its cookie does. */
const LONGEST_S = 7 * 24 * 3600;

/** The cookie of the pages. Browsers send it to no other site's requests, and scripts cannot read it. */
export function cookieOf({ key, settings }: Pick<Ports, 'key' | 'settings'>) {
  const isSecure = () => settings().http.publicUrl?.startsWith('https:') ?? false;
  // The prefix makes browsers refuse one that another host or an unsafe page has set.
  const nameNow = () => (isSecure() ? '__Host-directus-assistant' : 'directus-assistant');
  const options = () => ({
    httpOnly: true,
    sameSite: 'Strict' as const,
    path: '/',
    secure: isSecure(),
  });
  return {
    read(c: Context): Kept | undefined {
      const sealed = getCookie(c, nameNow());
      const text = sealed === undefined ? undefined : unseal(key, PURPOSE, sealed);
      return text === undefined ? undefined : kept.safeParse(JSON.parse(text)).data;
    },
    write(c: Context, value: Kept): void {
      const ends =
        value.expiresAt === undefined ? LONGEST_S * 1000 : Date.parse(value.expiresAt) - Date.now();
      const maxAge = Math.max(0, Math.min(LONGEST_S, Math.floor(ends / 1000)));
      setCookie(c, nameNow(), seal(key, PURPOSE, JSON.stringify(value)), { ...options(), maxAge });
    },
    remove(c: Context): void {
      deleteCookie(c, nameNow(), options());
    },
  };
}
