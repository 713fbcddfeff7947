import { attachmentsInMemory } from '../attachments/memory.ts';
import { newId } from './ids.ts';
import { readStory, replay } from './replay.ts';
import type { ConversationStore, OpenConversation } from './store.ts';

/**
 * A store in which a new conversation begins also where none can be kept: it is held all the same, says that it is not
 * kept, and is gone with the process. What is kept already is taken up or refused as ever.
 */
export const beginningAnyway = (store: ConversationStore): ConversationStore => ({
  ...store,
  create: () =>
    store.create().catch((error: unknown) => unkept(error instanceof Error ? error.message : String(error))),
});

function unkept(why: string): OpenConversation {
  const id = newId();
  return {
    id,
    recorded: replay(readStory(id, [])),
    journal: { write: async () => {} },
    attachments: attachmentsInMemory(),
    warnings: [`This conversation is not kept: it is gone when it is left. ${why}`],
    isOurs: async () => true,
    close: async () => {},
  };
}
