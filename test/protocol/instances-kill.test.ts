import { describe, expect, onTestFinished, test } from 'vitest';
import { sharedDirectus } from '../live/shared-directus.ts';
import { type AnyClient, clients } from './fixtures/clients.ts';
import { type Instances, ofEachEra, startInstances } from './fixtures/instances.ts';
import { bearer } from './fixtures/reach.ts';

const KILLS = 3;
/** Callers that call one after the other, all the time. */
const CALLERS = 3;
/** Calls that come through before each kill, and while the other instance is alone. */
const CALLS_BETWEEN = 20;
/** A client of 2025 whose answer was cut off hears nothing: it waits this long. */
const CALL_MS = 3000;

type Span = { began: number; ended: number };
type Failed = Span & { why: string };

/** Calls without a pause until it is told to stop, or the test is over. */
function keepCalling(client: AnyClient, onDone: () => void) {
  const failed: Failed[] = [];
  let stopped = false;
  const stop = () => {
    stopped = true;
    return ended;
  };
  const query = { fields: ['id'], limit: 1 };
  const callOnce = () =>
    client
      .call('items', { action: 'read', collection: 'articles', query }, AbortSignal.timeout(CALL_MS))
      .then(
        ({ isError, text }) => (isError ? text : undefined),
        (error: unknown) => String(error),
      );
  const ended = (async () => {
    while (!stopped) {
      const began = performance.now();
      const why = await callOnce();
      if (why === undefined) onDone();
      else if (!stopped) failed.push({ began, ended: performance.now(), why });
    }
  })();
  onTestFinished(() => void stop());
  return { failed, stop };
}

/** Counts, and waits for more. */
function counter() {
  let count = 0;
  let waiting: { until: number; resolve(): void } | undefined;
  return {
    add() {
      count += 1;
      if (waiting && count >= waiting.until) waiting.resolve();
    },
    more(by: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting = { until: count + by, resolve };
      return promise;
    },
  };
}

async function connectedTo({ url, settings }: Instances, connect: (typeof clients)[number][1]) {
  return connect({ url, settings, headers: bearer(sharedDirectus().admin.token) });
}

describe.each(ofEachEra(clients))('%s, while instances are killed and replaced', (_name, connect) => {
  test('no call fails but those under way at a kill', async () => {
    const instances = await startInstances(2);
    const done = counter();
    const callers = await Promise.all(
      Array.from({ length: CALLERS }, async () =>
        keepCalling(await connectedTo(instances, connect), done.add),
      ),
    );
    const kills: Span[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await done.more(CALLS_BETWEEN);
      const [oldest] = instances.running;
      if (!oldest) throw new Error('None runs.');
      const began = performance.now();
      await instances.kill(oldest);
      kills.push({ began, ended: performance.now() });
      // Alone for a while, then with another one.
      await done.more(CALLS_BETWEEN);
      await instances.add();
    }
    await done.more(CALLS_BETWEEN);
    await Promise.all(callers.map(({ stop }) => stop()));

    const failed = callers.flatMap((caller) => caller.failed);
    const unexplained = failed.filter(
      ({ began, ended }) => !kills.some((kill) => began <= kill.ended && kill.began <= ended),
    );
    expect(unexplained).toEqual([]);
    // Each caller had at most one call under way as a kill began; others were sent to an instance that was dying.
    const underWay = failed.filter(
      ({ began }) => !kills.some((kill) => kill.began <= began && began <= kill.ended),
    );
    expect(underWay.length).toBeLessThanOrEqual(KILLS * CALLERS);
  });
});
