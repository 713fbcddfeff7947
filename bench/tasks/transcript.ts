import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/**
 * What a host without caching pays for a conversation: with each request, everything that stands at its head
 * (definitions, the server's instructions) and everything that has been said so far.
 */
export type Transcript = {
  /** Words of anybody, and calls as JSON: each later request repeats them. */
  add(words: string): void;
  /** The model is asked once more. */
  ask(): void;
  /** Tokens of all requests so far. */
  total(): number;
  requests(): number;
};

/**
 * @param head tokens that stand at the head of each request
 * @param count tokens of some words
 */
export function createTranscript(head: number, count: (words: string) => number = countTokens): Transcript {
  let said = 0;
  let total = 0;
  let requests = 0;
  return {
    add(words) {
      said += count(words);
    },
    ask() {
      total += head + said;
      requests += 1;
    },
    total: () => total,
    requests: () => requests,
  };
}
