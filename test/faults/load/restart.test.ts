import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Served, serve } from '../../protocol/fixtures/served.ts';
import { FULL } from '../length.ts';
import { openPipe } from '../pipe.ts';
import { randomFrom } from '../random.ts';
import { type Activity, expectAsNoted, expectMadeOnce, type Stored } from './book.ts';
import { callerInSession } from './callers.ts';
import { type RestartingDirectus, restartingDirectus } from './restarting-directus.ts';
import { startWorker, type Worker } from './worker.ts';

const RESTARTS = FULL ? 20 : 1;
/** Workers of each kind. */
const WORKERS = 3;
/** So soon after Directus answers, the server does its work again. */
const BACK_MS = 30_000;

const COLLECTION = 'load_notes';

/** @returns tokens of two users who may do everything with the collection and nothing else */
async function prepare({ rest }: RestartingDirectus): Promise<string[]> {
  const key = { is_primary_key: true, has_auto_increment: true };
  await rest('POST', '/collections', {
    collection: COLLECTION,
    schema: {},
    meta: {},
    fields: [
      { field: 'id', type: 'integer', schema: key },
      { field: 'title', type: 'string' },
      { field: 'note', type: 'string' },
    ],
  });
  const { id: policy } = await rest<{ id: string }>('POST', '/policies', { name: 'Notes' });
  const { id: role } = await rest<{ id: string }>('POST', '/roles', { name: 'Notes' });
  await rest('POST', '/access', { role, policy });
  for (const action of ['create', 'read', 'update', 'delete'])
    await rest('POST', '/permissions', { policy, collection: COLLECTION, action, fields: ['*'] });
  const tokens = [randomUUID(), randomUUID()];
  for (const token of tokens) await rest('POST', '/users', { email: `${token}@example.com`, token, role });
  return tokens;
}

/** Lets workers work until they are told to stop. @returns how to stop them, and a promise that fails as one of them does */
function startWork(workers: readonly Worker[]) {
  let over = false;
  const all = Promise.all(
    workers.map(async ({ step }, nth) => {
      const random = randomFrom(100 + nth);
      while (!over) await step(random());
    }),
  );
  return {
    all,
    async stop() {
      over = true;
      await all;
    },
  };
}

const sum = (workers: readonly Worker[], what: keyof Worker['counts']) =>
  workers.reduce((total, { counts }) => total + counts[what], 0);

async function expectReadiness({ origin }: Served, status: 200 | 503): Promise<void> {
  await vi.waitFor(async () => expect((await fetch(`${origin}/readyz`)).status).toBe(status), {
    timeout: BACK_MS,
    interval: 100,
  });
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
}

test(`Directus that goes under load (${RESTARTS}): each answer is true, no write is lost or made twice`, {
  timeout: FULL ? 1_800_000 : 400_000,
}, async () => {
  // Sign-ins end while Directus is gone.
  const directus = await restartingDirectus({ ACCESS_TOKEN_TTL: '3s' });
  const { admin } = directus;
  const tokens = [admin.token, ...(await prepare(directus))];
  const byToken = await openPipe({ allowDeletes: true }, directus.url);
  const byPassword = await openPipe({ allowDeletes: true }, directus.url, {
    env: { DIRECTUS_TOKEN: '', DIRECTUS_USER_EMAIL: admin.email, DIRECTUS_USER_PASSWORD: admin.password },
  });
  const pipes = [byToken, byPassword];
  onTestFinished(() => {
    for (const { process } of pipes) process.kill('SIGKILL');
  });
  const served = await serve({ url: directus.url, settings: { allowDeletes: true } });
  const workers: Worker[] = [];
  for (let nth = 0; nth < WORKERS; nth++) {
    // Each in one process for all of them, and in a session of its own.
    workers.push(startWorker(`token${nth}`, COLLECTION, byToken.call));
    workers.push(startWorker(`password${nth}`, COLLECTION, byPassword.call));
    const call = await callerInSession(served.url, tokens[nth % tokens.length] ?? '');
    workers.push(startWorker(`http${nth}`, COLLECTION, call));
  }
  const work = startWork(workers);
  // What goes wrong with a worker is told where it is waited for.
  work.all.catch(() => {});
  const during = <T>(what: Promise<T>) => Promise.race([what, work.all.then(() => what)]);
  const random = randomFrom(41);

  for (let restart = 0; restart < RESTARTS; restart++) {
    const goal = sum(workers, 'done') + 10 + random() * 60;
    await during(
      vi.waitFor(() => expect(sum(workers, 'done')).toBeGreaterThan(goal), {
        timeout: 60_000,
        interval: 5,
      }),
    );
    await wait(random() * 20);
    await directus.end(restart % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
    await during(expectReadiness(served, 503));
    await during(everybodyFailed(workers));
    await directus.start();
    await during(expectReadiness(served, 200));
    await during(everybodyWorks(workers));
  }
  await work.stop();

  const stored = await directus.rest<Stored[]>('GET', `/items/${COLLECTION}?limit=-1`);
  const activity = await directus.rest<Activity[]>(
    'GET',
    `/activity?filter[collection][_eq]=${COLLECTION}&fields=action,item&limit=-1`,
  );
  for (const { name, book } of workers) {
    expectAsNoted(
      book,
      stored.filter(({ title }) => title.startsWith(`${name}-`)),
    );
    expectMadeOnce(book, activity);
  }
  expect(served.process.exitCode).toBe(null);
  expect(served.log().filter(({ event }) => event === 'warning')).toEqual([]);
  for (const pipe of pipes) {
    expect(pipe.process.exitCode).toBe(null);
    expect(pipe.stderr()).toBe('');
    await pipe.close();
  }
});

/** Directus is gone, and each of them has met that. */
async function everybodyFailed(workers: readonly Worker[]): Promise<void> {
  const before = workers.map(({ counts }) => counts.failed);
  await vi.waitFor(
    () => {
      for (const [nth, { name, counts }] of workers.entries())
        expect(counts.failed, name).toBeGreaterThan(before[nth] ?? 0);
    },
    { timeout: BACK_MS, interval: 10 },
  );
}

/** Directus is back, and each of them has written something since. */
async function everybodyWorks(workers: readonly Worker[]): Promise<void> {
  const before = workers.map(({ counts }) => counts.done);
  await vi.waitFor(
    () => {
      for (const [nth, { name, counts, lastError }] of workers.entries())
        expect(counts.done, `${name} ${JSON.stringify(counts)} ${lastError()}`).toBeGreaterThan(
          before[nth] ?? 0,
        );
    },
    { timeout: BACK_MS, interval: 10 },
  );
}
