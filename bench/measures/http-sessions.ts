import { setTimeout as wait } from 'node:timers/promises';
import type { Bench, Figure, Instance, Measure } from '../figure.ts';
import { listen, openSession } from '../http/asks.ts';
import { startServed } from '../http/served.ts';
import { residentMemory } from '../process.ts';
import { inTurn } from '../statistics.ts';

const SESSIONS = 500;
/** Opened at once; as a team comes in the morning, and not one by one. */
const AT_ONCE = 20;
/** So long nothing happens before the memory is read; a session falls asleep only after minutes. */
const IDLE_MS = 10_000;

/** What sessions of the protocol of 2025 that nobody uses hold in memory: opened only, and with a client listening. */
export const httpSessions: Measure = {
  name: 'http-sessions',
  about: `memory of the server with ${SESSIONS} idle sessions`,
  async run(bench) {
    const instance = await bench.instances.newsroom();
    return (await inTurn([false, true], (listening) => idle(bench, instance, listening))).flat();
  },
};

async function idle(bench: Bench, instance: Instance, listening: boolean): Promise<Figure[]> {
  const served = await startServed(bench, instance);
  const leave = new AbortController();
  const atFirst = residentMemory(served.pid);
  const what = `memory with ${SESSIONS} idle sessions${listening ? ', each with a stream open' : ''}`;
  bench.say(what);
  try {
    for (let opened = 0; opened < SESSIONS; opened += AT_ONCE) {
      const some = Array.from({ length: AT_ONCE }, async () => {
        const session = await openSession(served.url, instance.token);
        if (listening) await listen(served.url, instance.token, session, leave.signal);
      });
      await Promise.all(some);
    }
    const atOnce = residentMemory(served.pid);
    await wait(IDLE_MS);
    const value = residentMemory(served.pid);
    if (value === undefined || atFirst === undefined || atOnce === undefined) {
      bench.say('Memory is left out: this system has no /proc/PID/status to read it from.');
      return [];
    }
    const detail = { 'MB before': atFirst, 'MB when all were open': atOnce };
    return [{ what, value, unit: 'MB', atMost: 150, detail }];
  } finally {
    leave.abort();
    await served.close();
  }
}
