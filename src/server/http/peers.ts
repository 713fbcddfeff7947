import { networkInterfaces } from 'node:os';
import { isObject } from '../../directus/objects.ts';
import { giverOf, type Use, type Uses, usesHere } from '../../guard/confirm.ts';
import { CLOCK_SKEW_MS } from '../../settings/clocks.ts';
import { markOf, seal, unseal } from '../../settings/seal.ts';
import { aging } from '../aging.ts';
import { lately } from './lately.ts';
import { postToPeer } from './peer-request.ts';

/*
 * Several instances behind one address. Nearly all is answered by whichever instance a request comes to. Three things
 * are known to one alone: a call under way (to be cancelled), a question that waits for a person's answer, and which
 * confirmations were used. What leads to them is handed to clients sealed, with the address of that instance; whoever
 * gets it back asks there. An instance that is gone is done without.
 *
 * What one instance asks of another is sealed, and so is the proof that it was an instance that answered: where one was,
 * somebody else may be by now. What it answers is not.
 */

/** What one instance needs of the others. */
export type Peers = {
  /** Stands for this instance, in what clients bring back. */
  me: string;
  /** Where the others reach this instance. */
  address: string;
  /** Where the instance is that something stands for; undefined when it is none of ours. */
  addressOf(name: string): string | undefined;
  /**
   * Sends a request on to another instance and hands back its answer.
   * @returns undefined when the instance is gone: nobody has worked on the request
   * @throws LostError when it is not known whether somebody has
   */
  forward(address: string, request: Request, body: string | undefined): Promise<Response | undefined>;
  uses: Uses;
  /** Takes what another instance sends; undefined when it was none. */
  take(sealed: string): Message | undefined;
  /** Answers, sealed, another instance that asks about a confirmation. */
  answerUse(token: string): Promise<string>;
  /** Whether a request shows by its headers that it is from an instance, before its body is read. */
  isPeer(headers: Headers): boolean;
};

/** What one instance sends another, and how the answer shows that it is from one. */
export type Message = { proof: string } & (
  | { kind: 'request'; method: string; path: string; headers: [string, string][]; body?: string }
  | { kind: 'use'; token: string }
);

/** Where instances speak with one another. */
export const PEER_PATH = '/peer';
/** Shows that a request is from an instance, and that an answer is. */
export const PROOF_HEADER = 'x-directus-assistant-proof';

/** An instance that is gone is not tried again so soon. */
const GONE_MS = 5_000;
/** So long a message is good: by the clock of who gets it. */
const VALID_MS = CLOCK_SKEW_MS;

/**
 * @param key the key of the installation
 * @param address where the other instances reach this one: `http://10.0.0.7:8056`
 */
export function createPeers(key: Buffer, address: string): Peers {
  const me = seal(key, 'instance', address);
  const gone = aging<true>(1_000, GONE_MS);
  // Only instances of ours add to it. One whose clock is ahead says something that is good for longer.
  const taken = lately(2 * VALID_MS);

  const addressOf = (name: string) => (name === me ? address : unseal(key, 'instance', name));

  /** @returns undefined when no instance of ours is there */
  const say = async (to: string, message: object, signal: AbortSignal): Promise<Response | undefined> => {
    if (gone.get(to)) return undefined;
    const sealed = seal(key, 'message', JSON.stringify({ ...message, at: Date.now() }));
    const shown = { [PROOF_HEADER]: seal(key, 'peer', String(Date.now())) };
    const answer = await postToPeer(to + PEER_PATH, sealed, shown, signal).catch((error: unknown) => {
      if (!signal.aborted) gone.set(to, true);
      throw error;
    });
    const proof = answer?.headers.get(PROOF_HEADER);
    if (answer && proof && unseal(key, 'proof', proof) === markOf(sealed)) return answer;
    void answer?.body?.cancel();
    gone.set(to, true);
    return undefined;
  };

  return {
    me,
    address,
    addressOf,
    forward(to, request, body) {
      const { pathname, search } = new URL(request.url);
      const headers = [...request.headers];
      const message = { kind: 'request', method: request.method, path: pathname + search, headers, body };
      return say(to, message, request.signal);
    },
    uses: {
      giver: me,
      secret: () => key,
      async use(token) {
        const giver = giverOf(token);
        if (giver === me) return usesHere.use(token);
        const to = giver === undefined ? undefined : addressOf(giver);
        // At this address, but under another name: a process that was here before, and took what it knew with it.
        if (to === undefined || to === address) return 'gone';
        const answer = await say(to, { kind: 'use', token }, AbortSignal.timeout(VALID_MS)).catch(
          () => undefined,
        );
        const told = answer && unseal(key, 'use', await answer.text());
        return USES.find((use) => told === `${use} ${token}`) ?? 'gone';
      },
    },
    take(sealed) {
      const text = unseal(key, 'message', sealed);
      const message: unknown = text === undefined ? undefined : JSON.parse(text);
      if (!isObject(message) || typeof message.at !== 'number') return undefined;
      const mark = markOf(sealed);
      if (Math.abs(Date.now() - message.at) > VALID_MS || taken.has(mark)) return undefined;
      taken.add(mark);
      // Nobody else can have sealed it.
      return { ...(message as Message), proof: seal(key, 'proof', mark) };
    },
    async answerUse(token) {
      // Of what an earlier process at this address gave, nothing is known.
      const use = giverOf(token) === me ? await usesHere.use(token) : 'gone';
      return seal(key, 'use', `${use} ${token}`);
    },
    isPeer(headers) {
      const at = unseal(key, 'peer', headers.get(PROOF_HEADER) ?? '');
      return at !== undefined && Math.abs(Date.now() - Number(at)) < VALID_MS;
    },
  };
}

const USES: Use[] = ['first', 'used', 'gone'];

/** Addresses that stand for all of this machine's. */
export const EVERYWHERE = ['0.0.0.0', '::'];

/** Where other instances reach one that listens here: at this very address, or at that of this machine. */
export function peerAddress(host: string, port: number): string {
  const own = EVERYWHERE.includes(host) ? outwardAddress() : host;
  return `http://${own.includes(':') ? `[${own}]` : own}:${port}`;
}

function outwardAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
