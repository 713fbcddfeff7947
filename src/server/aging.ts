import QuickLRU from 'quick-lru';

/** What is remembered for a while, and no more than so much of it. */
export type Aging<V> = {
  get(key: string): V | undefined;
  /** @param ageMs where it is not to be remembered as long as the others */
  set(key: string, value: V, ageMs?: number): void;
  delete(key: string): void;
  clear(): void;
};

/** The age is not read off the clock of the day: where that is put back, nothing is believed for longer. */
export function aging<V>(most: number, usualMs: number): Aging<V> {
  const all = new QuickLRU<string, { value: V; until: number }>({ maxSize: most });
  return {
    get(key) {
      const found = all.get(key);
      if (!found || found.until > performance.now()) return found?.value;
      all.delete(key);
      return undefined;
    },
    set(key, value, ageMs = usualMs) {
      all.set(key, { value, until: performance.now() + ageMs });
    },
    delete(key) {
      all.delete(key);
    },
    clear: () => all.clear(),
  };
}
