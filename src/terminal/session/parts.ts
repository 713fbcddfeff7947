import type { Recorded } from '../../host/conversations/journal.ts';
import type { ConversationStore } from '../../host/conversations/store.ts';
import type { Ledger } from '../../host/costs/ledger.ts';
import type { Chat, ChatModel, ModelChoice, Servers } from '../../host/index.ts';
import type { Store } from './store.ts';
import type { Turns } from './turns.ts';
import type { Dialog, Option } from './view.ts';

/** What is to be opened after this conversation: an earlier one, or a new one. */
export type Leave = { resume: string } | { fresh: true };

export type SessionOptions = {
  chat: Chat;
  servers: Servers;
  models: {
    list(): ModelChoice[];
    /** @throws an Error that says what is wrong with the name. */
    open(name: string): Promise<ChatModel>;
  };
  /** Where the conversation stood when it was opened, when it is kept. */
  recorded?: Pick<Recorded, 'id' | 'ended'> | undefined;
  /** Where conversations are kept, unless they are not. */
  conversations?: ConversationStore | undefined;
  /** What all conversations have used. */
  ledger?: Ledger | undefined;
};

/** What commands work with. */
export type Parts = SessionOptions & {
  store: Store;
  turns: Turns;
  leave(next?: Leave): void;
};

/** Lets a person choose; nothing when they leave it. */
export const choose = (store: Store, title: string, options: Option[]): Promise<string | undefined> =>
  store.ask<Extract<Dialog, { kind: 'choice' }>>({ kind: 'choice', title, options });
