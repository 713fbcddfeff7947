import type { AttachmentStore } from '../attachments/types.ts';
import type { TokenUsage } from '../costs/usage.ts';
import type { Journal, Recorded } from './journal.ts';

/** A conversation that is being held: nobody else writes to it meanwhile. */
export type OpenConversation = {
  id: string;
  /** Where it stood when it was opened. */
  recorded: Recorded;
  journal: Journal;
  attachments: AttachmentStore;
  /** What of it could not be read, in sentences for people. */
  warnings: string[];
  /** Whether nobody else has taken it since: then it stands where this one thinks it does. */
  isOurs(): Promise<boolean>;
  /** Lets go of it. One in which nothing was said leaves nothing behind. */
  close(): Promise<void>;
};

/** A conversation in a list. */
export type ConversationSummary = {
  id: string;
  /** As given, else the first words that were said. */
  title: string;
  /** ISO times. */
  createdAt: string;
  updatedAt: string;
  /** `PROVIDER/ID` it was last held with. */
  model?: string | undefined;
  /** Messages of the person and of the model; results of tools are not counted. */
  messages: number;
  usage: TokenUsage;
};

export type FoundConversation = ConversationSummary & {
  /** On one line, the words around what was looked for. */
  excerpt: string;
};

/** There is no conversation of that id, or not for this person. */
export class NoConversationError extends Error {
  override name = 'NoConversationError';
}

/** Somebody else holds the conversation now, and what is said here is not written down any more. */
export class TakenOverError extends Error {
  override name = 'TakenOverError';
  constructor() {
    super('This conversation was opened in another chat meanwhile.');
  }
}

export type ListOptions = {
  /** How many at most; default all. */
  limit?: number;
  /** Goes on after this one, the last of the page before. */
  before?: Pick<ConversationSummary, 'id' | 'updatedAt'>;
};

export type ExportFormat = 'markdown' | 'json';

/**
 * Where conversations are kept. Reading needs no permission of who holds one; `open`, `rename` and `remove` fail while
 * somebody else does. All throw an Error for people: no such conversation, open elsewhere, or a place that cannot be
 * read or written.
 */
export type ConversationStore = {
  create(): Promise<OpenConversation>;
  open(id: string): Promise<OpenConversation>;
  /** Those in which something was said, the one last used first. */
  list(options?: ListOptions): Promise<ConversationSummary[]>;
  /** Those whose title, and what the person and the model said, have every word of `text`; the best first. */
  search(text: string, limit?: number): Promise<FoundConversation[]>;
  rename(id: string, title: string): Promise<void>;
  /** Removes it with its attachments, for good. */
  remove(id: string): Promise<void>;
  exportAs(id: string, format: ExportFormat): Promise<string>;
};
