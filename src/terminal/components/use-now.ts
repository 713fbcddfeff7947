import { useReducer, useRef } from 'react';

export type Now<T> = { now(): T; set(value: T): void };

/**
 * State that is read as it is now, not as it was drawn: several keys may arrive at once, before anything is drawn
 * anew, and each has to see what the one before it did.
 */
export function useNow<T>(initial: () => T): Now<T> {
  const held = useRef<{ value: T }>(undefined);
  held.current ??= { value: initial() };
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const { current } = held;
  return {
    now: () => current.value,
    set(value) {
      current.value = value;
      redraw();
    },
  };
}
