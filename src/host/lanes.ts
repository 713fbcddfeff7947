/** What lets calls pass: reads side by side, a change alone, all in the order they came. */
export type Lanes = {
  /** Resolves when it may run; what it gives must be called when it has. @throws when `signal` fires before */
  enter(alone: boolean, signal?: AbortSignal): Promise<() => void>;
};

/** @param most reads at once */
export function createLanes(most = 4): Lanes {
  const queue: { alone: boolean; start: () => void }[] = [];
  let running = 0;
  let closed = false;

  function letIn(): void {
    for (let next = queue[0]; next && mayStart(next.alone); next = queue[0]) {
      queue.shift();
      running += 1;
      closed = next.alone;
      next.start();
    }
  }

  const mayStart = (alone: boolean) => (alone ? running === 0 : !closed && running < most);

  function leave(): void {
    running -= 1;
    closed = false;
    letIn();
  }

  return {
    async enter(alone, signal) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const place = { alone, start: resolve };
      const giveUp = () => {
        const at = queue.indexOf(place);
        if (at < 0) return;
        queue.splice(at, 1);
        reject(signal?.reason);
        letIn();
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      queue.push(place);
      letIn();
      await promise;
      signal?.removeEventListener('abort', giveUp);
      if (signal?.aborted) {
        // Another one gave up its place at the same moment.
        leave();
        throw signal.reason;
      }
      return leave;
    },
  };
}
