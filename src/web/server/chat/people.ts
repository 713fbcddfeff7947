import type { ConversationStore } from '../../../host/conversations/store.ts';
import type { Allowance } from '../../../host/costs/roles.ts';
import { connectServers, type Servers } from '../../../host/index.ts';
import { version } from '../../../version.ts';
import type { LiveEvent } from '../../api.ts';
import type { Ports, Signed } from '../ports.ts';
import { ProblemError } from '../problem.ts';
import { openRooms, type Rooms } from './rooms.ts';

/** Somebody who uses the pages, in however many windows. */
export type Person = {
  /** What they may do. */
  allowance(): Allowance;
  conversations: ConversationStore;
  /** Connected at the first use. */
  servers(): Promise<Servers>;
  rooms: Rooms;
  tell(event: LiveEvent): void;
  /** Calls back with every event; returns how to stop that. */
  listen(listener: (event: LiveEvent) => void): () => void;
  /** Has no window open and nothing under way. */
  isIdle(): boolean;
  close(): Promise<void>;
};

export type People = {
  /**
   * Whoever is signed in; they act with the newest token they have shown.
   * @throws ProblemError when they may not use the assistant
   */
  of(signed: Signed): Person;
  /** Fires when the server stops. */
  stopping: AbortSignal;
  close(): Promise<void>;
};

/** How often is looked for people and conversations that can be let go of. */
const SWEEP_MS = 60_000;
/** Whoever asked for something so long ago is not in the middle of it: what takes longer holds a conversation. */
const QUIET_MS = 10 * 60_000;

export function createPeople(ports: Ports): People {
  const people = new Map<string, { person: Person; signed: Signed; usedAt: number }>();
  const stopping = new AbortController();

  const sweeper = setInterval(() => {
    for (const [id, { person, usedAt }] of people) {
      void person.rooms.sweep();
      if (performance.now() - usedAt < QUIET_MS || !person.isIdle()) continue;
      people.delete(id);
      void person.close();
    }
  }, SWEEP_MS).unref();

  const stopListening = ports.onSettings(() => {
    for (const { person } of people.values()) {
      void person.rooms.renew();
      person.tell({ type: 'settings' });
    }
  });

  return {
    of(signed) {
      const { id } = signed.user;
      const had = people.get(id);
      const person = had?.person ?? createPerson(ports, () => people.get(id)?.signed ?? signed);
      people.set(id, { person, signed, usedAt: performance.now() });
      const refused = person.allowance().refusal();
      if (refused !== undefined) throw new ProblemError('refused', refused);
      return person;
    },
    stopping: stopping.signal,
    async close() {
      stopping.abort();
      clearInterval(sweeper);
      stopListening();
      await Promise.all([...people.values()].map(({ person }) => person.close()));
      people.clear();
    },
  };
}

function createPerson(ports: Ports, signed: () => Signed): Person {
  const keeping = ports.keepingFor(
    () => signed().user,
    () => signed().token,
  );
  const allowance = () => ports.allowances.of(signed().user);
  const listeners = new Set<(event: LiveEvent) => void>();
  let connecting: Promise<Servers> | undefined;

  const tell = (event: LiveEvent) => {
    for (const listener of listeners) listener(event);
  };

  async function connect(): Promise<Servers> {
    const client = { name: 'directus-assistant', version };
    return connectServers(await ports.serversFor(() => signed().token), { client });
  }

  function servers(): Promise<Servers> {
    connecting ??= connect().catch((error) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  }

  const person: Person = {
    allowance,
    conversations: keeping.conversations,
    servers,
    rooms: openRooms({
      settings: ports.settings,
      keeping,
      servers,
      tell,
      refusal: (model) => allowance().refusal(model),
    }),
    tell,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isIdle: () => listeners.size === 0 && person.rooms.count() === 0,
    async close() {
      await person.rooms.close();
      await (await connecting?.catch(() => undefined))?.close();
    },
  };
  return person;
}
