import type { Extra } from '../../host/attachments/message.ts';
import type { CallRecord, Decision, PendingCall, TokenUsage, ToolProgress } from '../../host/index.ts';

/** Something finished that stays in the terminal's scrollback. All text is shown through `printable`. */
export type Entry =
  | { kind: 'banner'; text: string }
  /** What a person said; `along` names what went along with it. */
  | { kind: 'person'; text: string; along?: readonly string[] }
  /** One Markdown block of an answer. */
  | { kind: 'answer'; raw: string }
  /** Without `ms` nobody knows any more how long it took. */
  | { kind: 'thought'; ms?: number }
  | { kind: 'call'; call: CallRecord }
  | { kind: 'notice'; tone: 'info' | 'warning' | 'error'; text: string }
  /** A list or a table of ours, as Markdown. */
  | { kind: 'page'; text: string }
  | { kind: 'turn'; ms: number; usage: TokenUsage };

/** A call that has not ended, with what it says about how far it is. */
export type RunningCall = { call: CallRecord; progress?: ToolProgress | undefined };

/** Something a person has to answer before the chat goes on; `undefined` means they gave it up (Esc). */
export type Dialog =
  | { kind: 'approval'; pending: readonly PendingCall[]; answer: (decisions: Decision[] | undefined) => void }
  | { kind: 'choice'; title: string; options: Option[]; answer: (value: string | undefined) => void }
  | { kind: 'question'; question: Question; answer: (text: string | undefined) => void };

export type Option = { value: string; label: string; note?: string };

export type Question = {
  label: string;
  note: string;
  required: boolean;
  /** Values that begin with what was typed, for Tab. */
  complete?: (typed: string) => Promise<string[]>;
};

/** What the terminal shows. Replaced, never changed, so that a new object means something to draw. */
export type View = {
  /** Only ever grows. */
  entries: readonly Entry[];
  /** The last, unfinished block of the answer. */
  growing: string;
  /** What is waited for, while a turn runs. */
  activity: Activity | undefined;
  running: readonly RunningCall[];
  dialog: Dialog | undefined;
  /** What was typed before, oldest first. */
  inputs: readonly string[];
  /** What goes along with the next message. */
  along: readonly Extra[];
  /** Lines that were sent while something else went on, and come after it. */
  queued: readonly string[];
  /** Lines that were in the queue and come back into the prompt. */
  unsent: readonly string[];
  status: Status;
};

/** What is waited for. `since` is a `performance.now()`; `thought` the line the model is thinking. */
export type Activity = {
  label: string;
  since: number;
  thought?: string | undefined;
  /** The request is made again at a time (epoch milliseconds), the `attempt`th in all. */
  again?: { at: number; attempt: number };
};

export type Status = {
  model: string;
  title: string | undefined;
  /** Of all requests of the conversation. */
  usage: TokenUsage;
  /** Share of the context window that the last request filled, 0 to 1. */
  context: number;
};
