/** What came lately. */
export type Lately = { has(word: string): boolean; add(word: string): void };

/**
 * Remembers each word for at least so long, and lets go of it when others come after twice that.
 * @param ms by the clock of the day: where that is put back, all is remembered until it has caught up
 */
export function lately(ms: number): Lately {
  let young = new Set<string>();
  let old = new Set<string>();
  let since = Date.now();
  return {
    has: (word) => young.has(word) || old.has(word),
    add(word) {
      const now = Date.now();
      if (now - since >= ms) {
        old = young;
        young = new Set();
        since = now;
      }
      young.add(word);
    },
  };
}
