import type { Effect } from './approvals.ts';

/** Tokens as the provider reported them; a number it left out counts as 0 and makes `incomplete` true. */
export type TokenUsage = {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  incomplete: boolean;
};

/** What is known of one tool call; the later fields appear when it ends. */
export type CallRecord = {
  toolCallId: string;
  toolName: string;
  server: string;
  tool: string;
  action: string;
  effect: Effect | 'unknown';
  input: unknown;
  state: 'called' | 'running' | 'done' | 'failed' | 'denied';
  output?: unknown;
  isError?: boolean;
  /** Milliseconds the tool ran. */
  ms?: number;
  /** Estimated tokens of the result as the model reads it. */
  tokens?: number;
};

/** Tokens of a text, estimated; within about a tenth for prose and JSON. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
