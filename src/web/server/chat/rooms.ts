import type { OpenConversation } from '../../../host/conversations/store.ts';
import {
  type ChatModel,
  defaultModelName,
  listModels,
  openModel,
  type Servers,
} from '../../../host/index.ts';
import type { Settings } from '../../../settings/schema.ts';
import type { LiveEvent } from '../../api.ts';
import type { Keeping } from '../ports.ts';
import { ProblemError } from '../problem.ts';
import { noModel } from './no-model.ts';
import { openRoom, type Room } from './room.ts';
import { stored } from './stored.ts';

/** The conversations of one person that are being held. */
export type Rooms = {
  /** Takes a conversation up, or gives the one that is held. @throws ProblemError */
  open(id: string): Promise<Room>;
  /** Begins a conversation. @returns its id */
  create(): Promise<string>;
  rename(id: string, title: string): Promise<void>;
  /** Removes a conversation for good; what runs in it is stopped. */
  remove(id: string): Promise<void>;
  count(): number;
  /** Lets go of those that nobody has used for a while. */
  sweep(): Promise<void>;
  /** Lets go of all that can be, to be taken up by the settings in force now. */
  renew(): Promise<void>;
  close(): Promise<void>;
};

export type RoomsOptions = {
  settings: () => Settings;
  keeping: Keeping;
  servers: () => Promise<Servers>;
  tell: (event: LiveEvent) => void;
  /** Why this person may not use a model; undefined when they may. */
  refusal: (model: string) => string | undefined;
};

/** Held so long after its last use: what was allowed in it "always" is allowed until then. */
const IDLE_MS = 30 * 60_000;

export function openRooms({ settings, keeping, servers, tell, refusal }: RoomsOptions): Rooms {
  const { conversations, ...host } = keeping;
  const rooms = new Map<string, Promise<Room>>();
  /** Are being let go of: who wants one of them again waits until it can be had. */
  const leaving = new Map<string, Promise<void>>();
  /** Were open when the settings changed and ran. */
  const stale = new Set<string>();

  /** The model it was last held with, where it can still be used; else the first of the settings. */
  async function modelFor(name: string | undefined): Promise<ChatModel> {
    const { ai } = settings();
    const allowed = listModels(ai).filter((one) => refusal(one.name) === undefined);
    for (const one of [name, defaultModelName(ai), allowed[0]?.name]) {
      if (one === undefined || refusal(one) !== undefined) continue;
      const model = await openModel(ai, one).catch(() => undefined);
      if (model) return model;
    }
    return noModel;
  }

  async function enter(conversation: OpenConversation): Promise<Room> {
    const { id } = conversation;
    try {
      const { approvals, systemPrompt, maxSteps } = settings().ai;
      return await openRoom({
        conversation,
        servers: await servers(),
        model: await modelFor(conversation.recorded.model),
        openModel: (name) => openModel(settings().ai, name),
        refusal,
        chat: { ...host, approvals, systemPrompt, maxSteps },
        changed(running) {
          tell({ type: 'conversation', id, running });
          tell({ type: 'conversations' });
          if (!running && stale.delete(id)) void release(id);
        },
      });
    } catch (error) {
      await conversation.close();
      throw error;
    }
  }

  function hold(id: string, opening: () => Promise<Room>): Promise<Room> {
    const room = opening().catch((error) => {
      rooms.delete(id);
      throw error;
    });
    rooms.set(id, room);
    return room;
  }

  async function enterStored(id: string): Promise<Room> {
    await leaving.get(id)?.catch(() => {});
    return enter(await stored(() => conversations.open(id)));
  }

  /** The room that is held, unless its person has gone on elsewhere: then it is let go of. */
  async function current(id: string): Promise<Room | undefined> {
    const opening = rooms.get(id);
    const room = await opening;
    if (!room || room.running) return room;
    const isCurrent = await room.isCurrent();
    // Let go of meanwhile, or opened anew by others who have found the same.
    if (rooms.get(id) !== opening) return current(id);
    if (isCurrent) return room;
    await release(id);
    return rooms.get(id);
  }

  async function release(id: string): Promise<void> {
    const opening = rooms.get(id);
    if (!opening) return leaving.get(id);
    rooms.delete(id);
    const left = opening
      .catch(() => undefined)
      .then((room) => room?.close())
      .finally(() => leaving.delete(id));
    leaving.set(id, left);
    await left;
  }

  async function releaseWhere(mayGo: (room: Room, id: string) => boolean): Promise<void> {
    for (const [id, opening] of rooms) {
      const room = await opening.catch(() => undefined);
      if (room && mayGo(room, id)) await release(id);
    }
  }

  return {
    async open(id) {
      return (await current(id)) ?? rooms.get(id) ?? hold(id, () => enterStored(id));
    },
    async create() {
      const conversation = await stored(() => conversations.create());
      await hold(conversation.id, () => enter(conversation));
      return conversation.id;
    },
    async rename(id, title) {
      const room = await rooms.get(id);
      await (room ? room.rename(title) : stored(() => conversations.rename(id, title)));
      tell({ type: 'conversations' });
    },
    async remove(id) {
      const room = await rooms.get(id);
      room?.stop();
      await release(id);
      await stored(() => conversations.remove(id)).catch((error) => {
        // One in which nothing was said is gone with its room.
        if (!room || !(error instanceof ProblemError) || error.code !== 'not-found') throw error;
      });
      tell({ type: 'conversations' });
    },
    count: () => rooms.size,
    sweep: () => releaseWhere((room) => !room.running && room.idleMs() > IDLE_MS),
    renew: () =>
      releaseWhere((room, id) => {
        if (room.running) stale.add(id);
        return !room.running;
      }),
    async close() {
      await Promise.all([...rooms.keys()].map(release));
    },
  };
}
