import type { CallView, Conversations, ConversationView, Models } from '../../api.ts';

export type { CallView };
export type ModelChoice = Models['models'][number];
export type PendingCall = ConversationView['pending'][number];
export type ListedConversation = Conversations['conversations'][number];
