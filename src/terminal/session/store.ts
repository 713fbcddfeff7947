import type { Dialog, Entry, View } from './view.ts';

/** Holds the view and tells who listens when it was replaced. */
export type Store = {
  view(): View;
  set(change: Partial<View>): void;
  show(...entries: Entry[]): void;
  /** Shows a sentence of ours. */
  tell(tone: 'info' | 'warning' | 'error', text: string): void;
  /** Opens a dialog and waits for its answer. A second one waits for the first. */
  ask<D extends Dialog>(dialog: Omit<D, 'answer'>): Promise<Parameters<D['answer']>[0]>;
  /** Empties the queue: its lines come back into the prompt. */
  giveBack(): void;
  subscribe(listener: () => void): () => void;
};

export function createStore(initial: View): Store {
  let view = initial;
  const listeners = new Set<() => void>();
  let lastDialog: Promise<unknown> = Promise.resolve();

  const set = (change: Partial<View>) => {
    view = { ...view, ...change };
    for (const listener of listeners) listener();
  };
  const show = (...entries: Entry[]) => set({ entries: [...view.entries, ...entries] });
  return {
    view: () => view,
    set,
    show,
    tell: (tone, text) => show({ kind: 'notice', tone, text }),
    ask<D extends Dialog>(dialog: Omit<D, 'answer'>) {
      type Answer = Parameters<D['answer']>[0];
      const answered = lastDialog.then(
        () =>
          new Promise<Answer>((resolve) => {
            const answer = (value: Answer) => {
              set({ dialog: undefined });
              resolve(value);
            };
            set({ dialog: { ...dialog, answer } as unknown as Dialog });
          }),
      );
      lastDialog = answered;
      return answered;
    },
    giveBack() {
      const { queued, unsent } = view;
      if (queued.length > 0) set({ queued: [], unsent: [...unsent, ...queued] });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
