/** One thing that is done in a terminal. */
export type Step =
  /** Types a command line and Enter. */
  | { run: string }
  /** Types letters. */
  | { type: string }
  /** Presses a key, by tmux's name for it: `Enter`, `Escape`. */
  | { key: string }
  /** Waits until this is on the screen, whose lines count as one. */
  | { see: string | RegExp }
  /** Keeps what is on the screen now, with words above it. */
  | { snap: string }
  /** Ends the program in the pane without mercy, as `kill -9` does. */
  | { kill: true };

/** A session in a terminal, and the moments of it that are shown, one below the other. */
export type Picture = {
  title: string;
  columns: number;
  rows: number;
  steps: Step[];
};

/** A moment of a session: the screen with its colours, and the words above it. */
export type Moment = { caption: string; screen: string };
