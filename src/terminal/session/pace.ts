/** A screen is not looked at more often than this. */
const FRAME_MS = 33;

/** Text on its way to the screen. */
export type Pace = {
  add(text: string): void;
  /** Lets all that waits through now. */
  flush(): void;
  /** Whether something waits. */
  waits(): boolean;
};

/** Lets text through at the pace of a screen: the first piece at once, what comes within a frame of it together. */
export function createPace(draw: (text: string) => void): Pace {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;

  function letThrough(): void {
    const text = waiting;
    waiting = '';
    timer = text ? setTimeout(letThrough, FRAME_MS) : undefined;
    if (text) draw(text);
  }

  return {
    add(text) {
      waiting += text;
      if (!timer) letThrough();
    },
    flush() {
      clearTimeout(timer);
      timer = undefined;
      const text = waiting;
      waiting = '';
      if (text) draw(text);
    },
    waits: () => waiting !== '',
  };
}

/** Gives way to keys and to the screen every frame, which a stream that is there already would never do. */
export function createBreather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < FRAME_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}
