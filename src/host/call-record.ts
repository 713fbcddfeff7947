import type { Effect } from './approvals.ts';

/** What is known of one tool call; the later fields appear when it ends. */
export type CallRecord = {
  toolCallId: string;
  /** The tool's name as the model knows it. */
  toolName: string;
  server: string;
  /** The tool that really runs: that of `execute`'s `name` in registry mode. */
  tool: string;
  /** Value of the `action` argument, or `''`. */
  action: string;
  effect: Effect | 'unknown';
  input: unknown;
  /** What its server said it would do, in words and lines for people. */
  preview?: string;
  state: 'called' | 'running' | 'done' | 'failed' | 'denied';
  output?: unknown;
  isError?: boolean;
  /** Why it was denied. */
  reason?: string;
  /** Milliseconds the tool ran. */
  ms?: number;
  /** Estimated tokens of the result as the model reads it; media are not counted. */
  tokens?: number;
};
