import type { LanguageModelUsage } from 'ai';
import { estimateTokenCount } from 'tokenx';
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

export const noUsage: TokenUsage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, incomplete: false };

/** Adds what one model call used. */
export function addUsage(total: TokenUsage, usage: LanguageModelUsage): TokenUsage {
  return {
    inputTokens: total.inputTokens + (usage.inputTokens ?? 0),
    outputTokens: total.outputTokens + (usage.outputTokens ?? 0),
    cachedTokens: total.cachedTokens + (usage.inputTokenDetails.cacheReadTokens ?? 0),
    incomplete: total.incomplete || usage.inputTokens === undefined || usage.outputTokens === undefined,
  };
}

/** Tokens of a text, estimated by its shape: right to about a quarter for prose and JSON. */
export const estimateTokens = (text: string): number => estimateTokenCount(text);
