import { createHash } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Nine letters and digits that stand for a text, always the same ones. The strictest endpoints take only such ids. */
export function shortId(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from(digest.subarray(0, 9), (byte) => letters[byte % letters.length]).join('');
}

/** Which ids of tool calls an endpoint takes. */
export const idRules = {
  /** Mistral and servers that use its tokenizer. */
  short: /^[A-Za-z0-9]{9}$/,
  /** OpenAI, Anthropic and Google. */
  word: /^[A-Za-z0-9_-]{1,40}$/,
  /** Other endpoints: some give ids a meaning, as Kimi does (`functions.NAME:0`), so they are left alone. */
  loose: /^[A-Za-z0-9_.:-]{1,64}$/,
} as const;

export type IdRule = keyof typeof idRules;

/**
 * Ids for one request: one that fits the rule stays, another becomes a short one. The same history gets the same ids
 * each time, and no two calls share one.
 */
export function createIdMap(rule: IdRule): (id: string) => string {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  return (id) => {
    const known = given.get(id);
    if (known !== undefined) return known;
    let mapped = idRules[rule].test(id) ? id : shortId(id);
    for (let n = 1; taken.has(mapped); n++) mapped = shortId(`${id} ${n}`);
    given.set(id, mapped);
    taken.add(mapped);
    return mapped;
  };
}
