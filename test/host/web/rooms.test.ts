import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openConversations } from '../../../src/host/conversations/file-store.ts';
import type { ConversationStore, OpenConversation } from '../../../src/host/conversations/store.ts';
import { settingsSchema } from '../../../src/settings/schema.ts';
import { openRooms } from '../../../src/web/server/chat/rooms.ts';
import { withModels } from '../../web/fixtures/web.ts';
import { connect, mockModels, notesServer } from '../fixtures/setup.ts';

/** A store that writes down what happens, and whose conversations are closed as soon as `mayClose` says so. */
function watched(store: ConversationStore, happened: string[], mayClose: Promise<void>): ConversationStore {
  const late = (conversation: OpenConversation): OpenConversation =>
    Object.create(conversation, {
      close: {
        value: async () => {
          happened.push('closing');
          await mayClose;
          await conversation.close();
          happened.push('closed');
        },
      },
    });
  return {
    ...store,
    create: async () => late(await store.create()),
    async open(id) {
      happened.push('opened');
      return late(await store.open(id));
    },
  };
}

test('a conversation that is being let go of, as settings changed, is taken up when it can be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rooms-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const mock = await mockModels();
  mock.on({ userMessage: /./ }, { content: 'Hello.' });
  const happened: string[] = [];
  const gate = Promise.withResolvers<void>();
  const servers = await connect(notesServer());
  const rooms = openRooms({
    settings: () => settingsSchema.parse(withModels(`${mock.url}/v1`)),
    keeping: { conversations: watched(openConversations({ folder }), happened, gate.promise) },
    servers: async () => servers,
    tell() {},
    refusal: () => undefined,
  });
  const id = await rooms.create();
  const room = await rooms.open(id);
  await room.begin({ kind: 'send', text: 'hello', extras: [] });
  await vi.waitFor(() => expect(room.running).toBe(false), { timeout: 10_000 });
  const leaving = rooms.renew();
  await vi.waitFor(() => expect(happened).toEqual(['closing']));
  const again = rooms.open(id);
  gate.resolve();
  expect((await again).view().messages).toHaveLength(2);
  expect(happened).toEqual(['closing', 'closed', 'opened']);
  await leaving;
  await rooms.close();
});
