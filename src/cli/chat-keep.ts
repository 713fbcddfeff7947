import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { uploadsIn } from '../host/attachments/uploads.ts';
import { openConversations } from '../host/conversations/file-store.ts';
import { findId, shortId } from '../host/conversations/find.ts';
import { dataFolder } from '../host/conversations/folder.ts';
import type { ConversationStore, OpenConversation } from '../host/conversations/store.ts';
import { beginningAnyway } from '../host/conversations/unkept.ts';
import { type Ledger, openLedger } from '../host/costs/ledger.ts';
import { createMeter } from '../host/costs/meter.ts';
import { type ChatModel, type ChatOptions, openModel } from '../host/index.ts';
import { installationKey } from '../settings/key.ts';
import type { Settings } from '../settings/schema.ts';
import { when } from '../terminal/text.ts';
import { type ModelOptions, UsageError } from './chat-model.ts';

/** Which conversation a chat is about. */
export type Which = 'new' | 'last' | { id: string };

/** What chats of this installation keep. */
export type Keeping = {
  /** None when nothing is to be kept. */
  conversations: ConversationStore | undefined;
  ledger: Ledger;
  /** What a chat needs of it, beside its conversation. */
  host: Pick<ChatOptions, 'meter' | 'uploads' | 'approvalSecret'>;
  /** Begins a conversation, or takes one up. @throws UsageError when there is none such */
  begin(which: Which): Promise<OpenConversation | undefined>;
};

/** @param history false: this chat is not kept, whatever the settings say */
export function openKeeping({ ai, key }: Pick<Settings, 'ai' | 'key'>, history: boolean): Keeping {
  const folder = dataFolder();
  const conversations = ai.history && history ? beginningAnyway(openConversations({ folder })) : undefined;
  const ledger = openLedger({ folder });
  const secret = installationKey(key);
  return {
    conversations,
    ledger,
    host: {
      meter: createMeter({ ledger, budget: ai.budget }),
      uploads: uploadsIn(join(folder, 'uploads')),
      approvalSecret: approvalSecret(secret.key),
    },
    async begin(which) {
      if (which === 'new') return conversations?.create();
      if (!conversations)
        throw new UsageError('Conversations are not kept: ai.history in the settings, or --no-history.');
      return asUsage(async () => conversations.open(await idOf(conversations, which)));
    },
  };
}

/** Signs approvals: the same after a restart, so that what waits for one can still be approved. */
export const approvalSecret = (key: Buffer): Buffer =>
  createHmac('sha256', key).update('approvals of the chat').digest();

async function idOf(conversations: ConversationStore, which: 'last' | { id: string }): Promise<string> {
  if (which !== 'last') return findId(conversations, which.id);
  const [last] = await conversations.list({ limit: 1 });
  if (!last)
    throw new Error('There is no conversation to go on with yet. Begin one with: directus-assistant chat');
  return last.id;
}

async function asUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** How to take a conversation up again, when something was said in it. */
export async function howToResume(keeping: Keeping, id: string | undefined): Promise<string | undefined> {
  // After a change of the clock it need not be the first.
  const all = (await keeping.conversations?.list()) ?? [];
  return all.some((one) => one.id === id) && id !== undefined
    ? `directus-assistant chat --resume ${shortId(id)}`
    : undefined;
}

/** Lets the person choose one; nothing when they leave it. */
export async function chooseConversation({ conversations }: Keeping): Promise<Which | undefined> {
  const all = (await conversations?.list({ limit: 100 })) ?? [];
  if (all.length === 0) return 'last';
  const { choose } = await import('../terminal/choose.tsx');
  const options = all.map(({ id, title, updatedAt }) => ({
    value: id,
    label: title,
    note: when(updatedAt),
  }));
  const id = await choose('Go on with', options);
  return id === undefined ? undefined : { id };
}

/** A conversation goes on with the model it was held with, unless another one is named or it is not allowed any more. */
export async function lastModel(
  ai: Settings['ai'],
  { model, baseUrl }: ModelOptions,
  conversation: OpenConversation | undefined,
  otherwise: ChatModel,
): Promise<ChatModel> {
  const name = conversation?.recorded.model;
  if (name === undefined || model !== undefined || baseUrl !== undefined) return otherwise;
  return openModel(ai, name).catch(() => otherwise);
}
