/** The chat in a terminal: interactive, as a transcript without a person, or one question for scripts. */
export { choose } from './choose.tsx';
export { type AskOnceOptions, askOnce, EXIT, readPiped, withPiped } from './one-shot.ts';
export { type RunChatOptions, runChat } from './run-chat.tsx';
export type { Leave } from './session/parts.ts';
export type { Option } from './session/view.ts';
export { type PlayOptions, playTranscript } from './transcript.tsx';
