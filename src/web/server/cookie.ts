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

/** A browser in which an account was signed in before: it has tries of its own (see `tries.ts`). */
const browser = z.object({ id: z.string(), account: z.string() });

const DAY_S = 24 * 3600;
/** A static token does not end; its cookie does. */
const LONGEST_S = 7 * DAY_S;
const BROWSER_S = 365 * DAY_S;

type Sealing = Pick<Ports, 'key' | 'settings'>;

/** The cookie of who is signed in. */
export function signInCookie(sealing: Sealing) {
  const cookie = sealedCookie(sealing, 'directus-assistant', 'sign-in of the pages', kept);
  return {
    ...cookie,
    write(c: Context, value: Kept): void {
      const lasts =
        value.expiresAt === undefined ? LONGEST_S : (Date.parse(value.expiresAt) - Date.now()) / 1000;
      cookie.write(c, value, Math.max(0, Math.min(LONGEST_S, Math.floor(lasts))));
    },
  };
}

/** The cookie by which a browser is known again. */
export function browserCookie(sealing: Sealing) {
  const cookie = sealedCookie(sealing, 'directus-assistant-browser', 'browser of the pages', browser);
  return {
    read: cookie.read,
    write: (c: Context, value: z.infer<typeof browser>) => cookie.write(c, value, BROWSER_S),
  };
}

/** A cookie that only this installation can make and read. Browsers send it to no other site's requests. */
function sealedCookie<T>({ key, settings }: Sealing, name: string, purpose: string, schema: z.ZodType<T>) {
  const isSecure = () => settings().http.publicUrl?.startsWith('https:') ?? false;
  // The prefix makes browsers refuse one that another host or an unsafe page has set.
  const nameNow = () => (isSecure() ? `__Host-${name}` : name);
  const options = () => ({ httpOnly: true, sameSite: 'Strict' as const, path: '/', secure: isSecure() });
  return {
    read(c: Context): T | undefined {
      const sealed = getCookie(c, nameNow());
      const text = sealed === undefined ? undefined : unseal(key, purpose, sealed);
      return text === undefined ? undefined : schema.safeParse(JSON.parse(text)).data;
    },
    write(c: Context, value: T, maxAge: number): void {
      setCookie(c, nameNow(), seal(key, purpose, JSON.stringify(value)), { ...options(), maxAge });
    },
    remove(c: Context): void {
      deleteCookie(c, nameNow(), options());
    },
  };
}
