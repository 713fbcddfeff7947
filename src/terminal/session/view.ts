import type { CallRecord, Decision, PendingCall, ToolProgress } from '../../host/index.ts';

/** Something finished that stays in the terminal's scrollback. All text is shown through `printable`. */
export type Entry =
  | { kind: 'banner'; text: string }
  | { kind: 'person'; text: string }
  /** One Markdown block of an answer. */
  | { kind: 'answer'; raw: string }
  | { kind: 'thought'; ms: number }
  | { kind: 'call'; call: CallRecord }
  | { kind: 'notice'; tone: 'info' | 'warning' | 'error'; text: string }
  /** A list or a table of ours, as Markdown. */
  | { kind: 'page'; text: string }
  | { kind: 'turn'; ms: number; inputTokens: number; outputTokens: number; estimated: boolean };

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
  status: Status;
};

/** `since` is a `performance.now()`; `thought` the line the model is thinking. */
export type Activity = { label: string; since: number; thought?: string | undefined };

export type Status = {
  model: string;
  /** Input and output tokens of all turns. */
  tokens: number;
  /** Some provider left numbers out. */
  estimated: boolean;
  /** Share of the context window that the last request filled, 0 to 1. */
  context: number;
};
