import type { LanguageModel } from 'ai';
import * as z from 'zod';
import type { Price } from '../../settings/groups/ai.ts';

/**
 * Tokens as the provider reported them, and what they cost. A number it left out is estimated where that can be done,
 * else 0, and makes `incomplete` true.
 */
export type TokenUsage = {
  /** All input, what came from a cache included. */
  inputTokens: number;
  /** All output, reasoning included. */
  outputTokens: number;
  cachedTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  /** Dollars; undefined when the model has no price. In a sum: of the requests that have one. */
  cost: number | undefined;
  /** Some numbers are estimates or missing. */
  incomplete: boolean;
};

const count = z.number();

/** A `TokenUsage` as it stands in files, where a cost that is undefined is left out. */
export const usageShape = {
  inputTokens: count,
  outputTokens: count,
  cachedTokens: count,
  cacheWriteTokens: count,
  reasoningTokens: count,
  cost: count.optional().transform((cost) => cost),
  incomplete: z.boolean(),
};

export const noUsage: TokenUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  cost: undefined,
  incomplete: false,
};

type Model = Extract<LanguageModel, { specificationVersion: 'v4' }>;
type Reported = Awaited<ReturnType<Model['doGenerate']>>['usage'];

/**
 * What one request used.
 * @param estimate tokens to take where the provider gave no number
 */
export function usageOf(
  reported: Reported | undefined,
  estimate: { inputTokens: number; outputTokens: number },
  price: Price | undefined,
): TokenUsage {
  const input = reported?.inputTokens;
  const output = reported?.outputTokens;
  const counted = {
    inputTokens: input?.total ?? estimate.inputTokens,
    outputTokens: output?.total ?? estimate.outputTokens,
    cachedTokens: input?.cacheRead ?? 0,
    cacheWriteTokens: input?.cacheWrite ?? 0,
    reasoningTokens: output?.reasoning ?? 0,
  };
  return {
    ...counted,
    cost: price && costOf(counted, price),
    incomplete: input?.total === undefined || output?.total === undefined,
  };
}

type Counted = Omit<TokenUsage, 'cost' | 'incomplete'>;

const MILLION = 1_000_000;

/** Dollars for what was used. */
export function costOf(used: Counted, { input, output, cachedInput, cacheWrite }: Price): number {
  const plain = Math.max(0, used.inputTokens - used.cachedTokens - used.cacheWriteTokens);
  const dollars =
    plain * input +
    used.cachedTokens * (cachedInput ?? input) +
    used.cacheWriteTokens * (cacheWrite ?? input) +
    used.outputTokens * output;
  return dollars / MILLION;
}

export const addUsage = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cachedTokens: a.cachedTokens + b.cachedTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  cost: a.cost === undefined && b.cost === undefined ? undefined : (a.cost ?? 0) + (b.cost ?? 0),
  incomplete: a.incomplete || b.incomplete,
});
