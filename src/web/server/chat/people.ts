import type { ConversationStore } from '../../../host/conversations/store.ts';
import { connectServers, type Servers } from '../../../host/index.ts';
import { version } from '../../../version.ts';
import type { LiveEvent, User } from '../../api.ts';
import type { Keeping, Ports, Signed } from '../ports.ts';
import { openRooms, type Rooms } from './rooms.ts';

/** Somebody who uses the pages, in however many windows. */
export type Person = {
  user: User;
  keeping: Keeping;
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
  /** Whoever is signed in; they act with the newest token they have shown. */
  of(signed: Signed): Person;
  /** Fires when the server stops. */
  stopping: AbortSignal;
  close(): Promise<void>;
};

/** How often is looked for people and conversations that can be let go of. */
const SWEEP_MS = 60_000;

export function createPeople(ports: Ports): People {
  const people = new Map<string, { person: Person; token: string }>();
  const stopping = new AbortController();

  const sweeper = setInterval(() => {
    for (const [id, { person }] of people) {
      void person.rooms.sweep();
      if (!person.isIdle()) continue;
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
    of({ user, token }) {
      const had = people.get(user.id);
      if (had) {
        had.token = token;
        had.person.user = user;
        return had.person;
      }
      const made: { person: Person; token: string } = {
        person: createPerson(ports, user, () => made.token),
        token,
      };
      people.set(user.id, made);
      return made.person;
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

function createPerson(ports: Ports, user: User, token: () => string): Person {
  const keeping = ports.keepingFor(user);
  const listeners = new Set<(event: LiveEvent) => void>();
  let connecting: Promise<Servers> | undefined;

  const tell = (event: LiveEvent) => {
    for (const listener of listeners) listener(event);
  };

  async function connect(): Promise<Servers> {
    const client = { name: 'directus-assistant', version };
    return connectServers(await ports.serversFor(token), { client });
  }

  function servers(): Promise<Servers> {
    connecting ??= connect().catch((error) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  }

  const person: Person = {
    user,
    keeping,
    conversations: keeping.conversations,
    servers,
    rooms: openRooms({ settings: ports.settings, keeping, servers, tell }),
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
