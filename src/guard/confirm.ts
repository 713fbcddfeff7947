import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import QuickLRU from 'quick-lru';
import { CLOCK_SKEW_MS } from '../settings/clocks.ts';

/*
 * A confirmation is a token that says: this person has seen what this call would do to this state. Nothing is kept
 * to check it, so any instance can. Only that it is used once is remembered, by the process that gave it: where there
 * are several, the token says which one that is.
 */

/** What a confirmation is bound to. */
export type Bound = {
  /** The tool and its action. */
  call: string;
  /** The arguments, parsed. */
  input: unknown;
  /** What the change rests on, as it was previewed. */
  state: unknown;
};

/** Long enough to ask a person who is at lunch's door; the state is checked anyway. */
export const VALID_MINUTES = 10;

/** Remembered without a time: a clock that is put back makes no old confirmation good again. */
const used = new QuickLRU<string, true>({ maxSize: 20_000 });

/**
 * The key that signs the confirmations of a caller: none is good for another.
 * @param secret see `Uses`
 */
export function signingKey(secret: Buffer, credential: string): Buffer {
  return createHmac('sha256', secret).update(`directus-assistant confirm\n${credential}`).digest();
}

/** Who gives confirmations, and remembers that one was used. */
export type Uses = {
  /**
   * What no client knows, for what signs confirmations. Models and their providers see these: by one that was signed with
   * a password alone, the password could be guessed.
   */
  secret(): Buffer;
  /** Names the process that gives a confirmation, in the token; where there is one process, nothing. */
  giver?: string | undefined;
  /** Marks a token as used where it was given. */
  use(token: string): Promise<Use>;
};

/** Whether it is the first time; `gone` when who gave the token cannot be asked any more. */
export type Use = 'first' | 'used' | 'gone';

let secret: Buffer | undefined;

/** This process alone remembers, and takes what it has given itself. */
export const usesHere: Uses = {
  secret: () => {
    secret ??= randomBytes(32);
    return secret;
  },
  use: async (token) => (use(token) ? 'first' : 'used'),
};

/**
 * Signs that the change may be made while nothing it rests on changes.
 * @param giver see `Uses`
 */
export function mint(key: Buffer, bound: Bound, giver?: string, now = Date.now()): string {
  const head = Buffer.alloc(4 + DIGEST_BYTES);
  head.writeUInt32BE(Math.floor(now / 1000) + VALID_MINUTES * 60);
  digest(bound.state).copy(head, 4);
  const token = Buffer.concat([head, sign(key, head, bound, giver)]).toString('base64url');
  return giver === undefined ? token : `${token}.${giver}`;
}

/** What is signed, and who gave it. */
const FORM = /^([\w-]+)(?:\.([\w-]+))?$/;

/** Who gave a token; undefined when it does not say. */
export function giverOf(token: string): string | undefined {
  return FORM.exec(token)?.[2];
}

/** What is wrong with a token, or `ok`. */
export type Verdict = 'ok' | 'other call' | 'expired' | 'used' | 'changed';

/** Checks a token against the call and the state as they are now. */
export function verify(key: Buffer, token: string, bound: Bound, now = Date.now()): Verdict {
  const [, signed = '', giver] = FORM.exec(token) ?? [];
  const bytes = Buffer.from(signed, 'base64url');
  // Another spelling of the same bytes would be another token to whoever remembers which were used.
  if (bytes.toString('base64url') !== signed) return 'other call';
  const head = bytes.subarray(0, 4 + DIGEST_BYTES);
  const mac = bytes.subarray(4 + DIGEST_BYTES);
  const due = sign(key, head, bound, giver);
  if (head.length !== 4 + DIGEST_BYTES || mac.length !== due.length || !timingSafeEqual(mac, due))
    return 'other call';
  const left = head.readUInt32BE() * 1000 - now;
  // One that is good for longer than any is from before the clock was put back.
  if (left < 0 || left > VALID_MINUTES * 60_000 + CLOCK_SKEW_MS) return 'expired';
  if (used.has(token)) return 'used';
  return timingSafeEqual(head.subarray(4), digest(bound.state)) ? 'ok' : 'changed';
}

/** Marks a token as used. @returns false when it had been used before */
export function use(token: string): boolean {
  if (used.has(token)) return false;
  used.set(token, true);
  return true;
}

const DIGEST_BYTES = 12;

function sign(key: Buffer, head: Buffer, { call, input }: Bound, giver = ''): Buffer {
  const hmac = createHmac('sha256', key).update(head).update(giver).update('\n');
  return hmac
    .update(canonical([call, input]))
    .digest()
    .subarray(0, 16);
}

function digest(value: unknown): Buffer {
  return createHash('sha256').update(canonical(value)).digest().subarray(0, DIGEST_BYTES);
}

/** JSON in which the order of an object's keys does not matter. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, entry: unknown) =>
      typeof entry === 'object' && entry !== null && !Array.isArray(entry)
        ? Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : entry,
    ) ?? ''
  );
}
