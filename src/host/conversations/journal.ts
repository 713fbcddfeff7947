import type { ModelMessage } from 'ai';
import type { CallRecord } from '../call-record.ts';
import type { Summary } from '../context/summary.ts';
import type { Spent } from '../costs/meter.ts';

type Timed = { /** ISO time. */ at: string };
type Message = Exclude<ModelMessage, { role: 'system' }>;
type AssistantPart = Exclude<Extract<Message, { role: 'assistant' }>['content'], string>[number];

/**
 * What happens in a conversation, in the order it happens. A journal only grows: what was written is never changed, and
 * what is taken back is an entry too.
 */
export type JournalEntry = Timed &
  (
    | { type: 'titled'; title: string }
    /** Messages that are final. They take the place of everything `heard` since the last of these. */
    | { type: 'said'; messages: ModelMessage[] }
    /** The last `count` messages are taken back: a half answer that is asked for anew. */
    | { type: 'dropped'; count: number }
    /** A finished part of an answer that is still being written; a text comes in pieces of one `id`. */
    | { type: 'heard'; part: HeardPart }
    /** What is known of a call, each time its state changes: before it runs, and when it has ended. */
    | { type: 'call'; call: CallRecord }
    /** Old turns were put into a summary. */
    | { type: 'summarised'; summary: Summary }
    /** A request to a model has ended. */
    | { type: 'spent'; spent: Spent }
    /** A turn ended so; without it, it was cut off. */
    | { type: 'ended'; state: EndState }
    /** The person chose another model. */
    | { type: 'model'; model: string }
    /** Everything so far is forgotten by the model. */
    | { type: 'cleared' }
  );

export type EndState = 'done' | 'approval' | 'limit' | 'stopped' | 'failed';

export type HeardPart = { type: 'text'; id: string; text: string } | Exclude<AssistantPart, { type: 'text' }>;

/** Where a conversation is written down. */
export type Journal = {
  /** Resolves when the entry would survive the end of this process and of the machine's power. */
  write(entry: JournalEntry): Promise<void>;
};

/** What a journal says, put together: where a conversation stands. */
export type Recorded = {
  id: string;
  title: string | undefined;
  createdAt: string;
  updatedAt: string;
  /** `PROVIDER/ID` it was last held with. */
  model: string | undefined;
  /**
   * Valid to send once its open calls are closed: what was only `heard` when the process ended is in it, and calls that
   * ran then have no result.
   */
  messages: ModelMessage[];
  /** How the last turn ended; undefined when it was cut off, or none has begun since the last message. */
  ended: EndState | undefined;
  calls: CallRecord[];
  summaries: Summary[];
  spent: Spent[];
};
