import { OWN } from '../contestants.ts';
import type { Bench, Figure, Instance, Measure } from '../figure.ts';
import { alike, asked2025, clientsOfEachWay, restGet } from '../http/asks.ts';
import { more, NOT_TOLD, perCall, type Spent, spentOn } from '../http/cpu.ts';
import { type Loader, type Sent, startLoader } from '../http/loader.ts';
import { type Served, startServed } from '../http/served.ts';
import { callTool, connectOwn } from '../mcp.ts';
import { inTurnFrom } from '../race.ts';
import { inTurn, quantile } from '../statistics.ts';
import { ARTICLE_FIELDS } from './articles.ts';

const CLIENTS = 16;
const ITEMS = 10;
/** Each contestant has ten seconds in all, in rounds that take turns: what else the machine does hits all alike. */
const ROUNDS = 5;
const ROUND_MS = 2000;
/** Node compiles in earnest what has run some thousand times, and a server for a team runs for days. */
const WARM_UP_CALLS = 3000;

/** Many clients that read at once, beside the same reads through REST; and what our server adds to each in CPU. */
export const httpReads: Measure = {
  name: 'http-reads',
  about: `${CLIENTS} clients at once over HTTP, beside the same REST calls`,
  async run(bench) {
    const instance = await bench.instances.newsroom();
    const served = await startServed(bench, instance);
    const loader = startLoader();
    try {
      const contestants = await contestantsOf(instance, served);
      const holds = await slugsOf(instance);
      const runs = await race({ bench, loader, holds, pids: [served.pid, instance.pid] }, contestants);
      return [...throughput(runs), ...cost(bench, runs)];
    } finally {
      await loader.close();
      await served.close();
    }
  },
};

const PATH = `/items/articles?fields=${ARTICLE_FIELDS.join()}&sort=id&limit=${ITEMS}`;
const READ = {
  name: 'items',
  arguments: {
    action: 'read',
    collection: 'articles',
    query: { fields: ARTICLE_FIELDS, sort: ['id'], limit: ITEMS },
  },
};

const REST = 'REST';

type Contestant = { who: string; clients: Sent[] };

async function contestantsOf(instance: Instance, { url }: Served): Promise<Contestant[]> {
  const { token } = instance;
  const question = { method: 'tools/call', params: READ };
  // An answer of its own is looked at before, so that a Directus that cannot take part says why.
  await callTool(await connectOwn(instance), READ);
  return [
    { who: REST, clients: alike(CLIENTS, restGet(instance, PATH)) },
    ...(await clientsOfEachWay(CLIENTS, { url, token, question })),
    { who: OWN, clients: alike(CLIENTS, asked2025(`${instance.url}/mcp`, token, question)) },
  ];
}

/** What each answer must hold: one word of each item. */
async function slugsOf(instance: Instance): Promise<string[]> {
  const { url, headers } = restGet(instance, PATH);
  const { data } = (await (await fetch(url, { headers })).json()) as { data: { slug: string }[] };
  if (data.length !== ITEMS) throw new Error(`There are ${data.length} articles to read, not ${ITEMS}.`);
  return data.map(({ slug }) => slug);
}

/** All rounds of one contestant. */
type Runs = { perSecond: number[]; ours: Spent; directus: Spent };

const NOTHING: Spent = { answers: 0, cpu: 0 };

type Race = { bench: Bench; loader: Loader; holds: string[]; pids: [number, number] };

async function race(
  { bench, loader, holds, pids: [ours, directus] }: Race,
  contestants: Contestant[],
): Promise<Map<string, Runs>> {
  const runs = new Map<string, Runs>(
    contestants.map(({ who }) => [who, { perSecond: [], ours: NOTHING, directus: NOTHING }]),
  );
  bench.say(`${CLIENTS} clients: warming up`);
  await inTurn(contestants, (one) => loader.run({ ...one, holds, calls: WARM_UP_CALLS }));
  for (let round = 0; round < ROUNDS; round++) {
    bench.say(`${CLIENTS} clients: round ${round + 1} of ${ROUNDS}`);
    await inTurn(inTurnFrom(round, contestants), async (one) => {
      const { answers, ms, cpu } = await spentOn(loader, { ...one, holds, ms: ROUND_MS }, [ours, directus]);
      const run = runs.get(one.who);
      if (!run) return;
      run.perSecond.push((answers * 1000) / ms);
      run.ours = more(run.ours, { answers, cpu: cpu[0] });
      run.directus = more(run.directus, { answers, cpu: cpu[1] });
    });
  }
  return runs;
}

function throughput(runs: Map<string, Runs>): Figure[] {
  const of = (who: string) => mean(runs.get(who)?.perSecond ?? []);
  const behind = (who: string) => {
    const { perSecond = [], directus = NOTHING } = runs.get(who) ?? {};
    const cpu = perCall(directus);
    return {
      [`${who} per second`]: of(who),
      [`${who} per second in the worst round`]: quantile(perSecond, 0),
      ...(cpu === undefined ? {} : { [`${who} CPU ms of Directus`]: cpu }),
    };
  };
  return oursOf(runs).map((who) => ({
    what: `${CLIENTS} clients reading ${ITEMS} items for ${(ROUNDS * ROUND_MS) / 1000} s against REST, ${who}`,
    value: of(who) / of(REST),
    unit: 'times',
    atLeast: 0.95,
    beside: { who: OWN, value: of(OWN) / of(REST) },
    compare: {
      what: `${CLIENTS} clients reading ${ITEMS} items over HTTP, ${who}`,
      unit: 'per second',
      ours: of(who),
      own: of(OWN),
      rest: of(REST),
    },
    detail: { ...behind(who), ...behind(REST) },
  }));
}

function cost(bench: Bench, runs: Map<string, Runs>): Figure[] {
  const of = (who: string) => runs.get(who) ?? { ours: NOTHING, directus: NOTHING };
  const [own, rest] = [perCall(of(OWN).directus), perCall(of(REST).directus)];
  return oursOf(runs).flatMap((who): Figure[] => {
    const value = perCall(of(who).ours);
    if (value === undefined || own === undefined || rest === undefined) {
      bench.say(NOT_TOLD);
      return [];
    }
    return [
      {
        what: `CPU of our server per read of ${ITEMS} items, ${who}`,
        value,
        unit: 'ms',
        atMost: 1,
        beside: { who: OWN, value: own - rest },
        detail: { calls: of(who).ours.answers },
      },
    ];
  });
}

/** All who ran but those beside whom we stand. */
const oursOf = (runs: Map<string, Runs>) => [...runs.keys()].filter((who) => who !== REST && who !== OWN);

const mean = (samples: number[]): number => samples.reduce((sum, one) => sum + one, 0) / samples.length;
