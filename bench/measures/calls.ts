import { askDirectusMcp } from '../directus-mcp.ts';
import type { Bench, Figure, Instance, Measure } from '../figure.ts';
import { type Rest, viaFetch, viaHttp } from '../rest.ts';
import { text } from '../rpc.ts';
import { type Server, startServer } from '../server.ts';
import { inTurn, quantile } from '../statistics.ts';
import { nameOf } from '../wide.ts';
import { ARTICLE_FIELDS } from './articles.ts';

/** The same work through the tool, through REST, and through the MCP server in Directus, which takes the same arguments. */
type Case = {
  what: string;
  tool: { name: string; arguments: object };
  rest: { method: string; path: string; body?: object };
  atMost?: number;
  /** Undoes what all contestants together have done. */
  tidy?: (rest: Rest) => Promise<void>;
};

/** Time per call over stdio beside the same REST call, in blocks of calls that take turns in one run. */
export const calls: Measure = {
  name: 'calls',
  about: 'time of single calls, beside the same REST call',
  async run(bench) {
    const newsroom = await bench.instances.newsroom();
    const wide = await bench.instances.wide();
    return [
      ...(await onInstance(bench, newsroom, [...items, ...schema('articles')])),
      ...(wide ? await onInstance(bench, wide, schema(nameOf(150), 1.2)) : []),
    ];
  },
};

const FIELDS = `fields=${ARTICLE_FIELDS.join()}`;
const query = { fields: ARTICLE_FIELDS };
const MARK = 'made-by-the-benchmark';

const items: Case[] = [
  {
    what: 'read of 1 item',
    tool: { name: 'items', arguments: { action: 'read', collection: 'articles', keys: [1], query } },
    rest: { method: 'GET', path: `/items/articles/1?${FIELDS}` },
    atMost: 1.1,
  },
  {
    what: 'read of 25 items',
    tool: {
      name: 'items',
      arguments: { action: 'read', collection: 'articles', query: { ...query, limit: 25 } },
    },
    rest: { method: 'GET', path: `/items/articles?${FIELDS}&limit=25` },
  },
  {
    what: 'create of 1 item',
    tool: { name: 'items', arguments: { action: 'create', collection: 'articles', data: { title: MARK } } },
    rest: { method: 'POST', path: '/items/articles', body: { title: MARK } },
    async tidy(rest) {
      await rest('DELETE', '/items/articles', {
        query: { filter: { title: { _eq: MARK } }, limit: -1 },
      });
    },
  },
];

const FIVE = { keys: [1, 2, 3, 4, 5], data: { summary: MARK } };
items.push({
  what: 'update of 5 items',
  tool: { name: 'items', arguments: { action: 'update', collection: 'articles', ...FIVE } },
  rest: { method: 'PATCH', path: '/items/articles', body: FIVE },
  atMost: 2.2,
});

const schema = (collection: string, atMost?: number): Case[] => [
  {
    what: 'schema, overview',
    tool: { name: 'schema', arguments: {} },
    rest: { method: 'GET', path: '/collections' },
  },
  {
    what: 'schema, detail of 1 collection',
    tool: { name: 'schema', arguments: { keys: [collection] } },
    rest: { method: 'GET', path: `/fields/${collection}` },
    ...(atMost ? { atMost } : {}),
  },
];

async function onInstance(bench: Bench, instance: Instance, cases: Case[]): Promise<Figure[]> {
  const server = await startServer({ bin: bench.bin, instance });
  try {
    return await inTurn(cases, async (one) => {
      const contestants = contestantsOf(one, instance, server);
      const times = await race(bench, `${one.what}, ${instance.name}`, contestants);
      await one.tidy?.(viaFetch(instance));
      return figure(one, instance, times);
    });
  } finally {
    await server.close();
  }
}

const OWN = "Directus's own";

type Contestant = { who: string; call: () => Promise<unknown> };

function contestantsOf({ tool, rest }: Case, instance: Instance, server: Server): Contestant[] {
  const { method, path, body } = rest;
  const [byFetch, byHttp] = [viaFetch(instance), viaHttp(instance)];
  return [
    { who: 'tool', call: async () => text(await server.request('tools/call', tool)) },
    { who: 'fetch', call: () => byFetch(method, path, body) },
    { who: 'node:http', call: () => byHttp(method, path, body) },
    { who: OWN, call: async () => text(await askDirectusMcp(instance, 'tools/call', tool)) },
  ];
}

/** Cases that take long, because a contestant is slow, end before all rounds are done; the figure tells how many were. */
const LONGEST_MS = 60_000;
/** Node compiles in earnest what has run some hundred times. */
const WARM_UPS = 100;
const LONGEST_WARM_UP_MS = 15_000;

/**
 * Calls that follow each other before the next contestant has its turn. Call by call, a server would always be woken
 * from idling, with its caches gone cold: that measures the neighbours rather than the server.
 */
const BLOCK = 25;

/** Times in ms for each contestant. The first of a round is another one each time, so that nobody gains by place. */
async function race(bench: Bench, what: string, contestants: Contestant[]): Promise<Map<string, number[]>> {
  const times = new Map(contestants.map(({ who }) => [who, [] as number[]]));
  const run = async (rounds: number, longest: number, took: (who: string, ms: number) => void) => {
    const end = performance.now() + longest;
    for (let round = 0; round * BLOCK < rounds && performance.now() < end; round++) {
      const from = round % contestants.length;
      for (const { who, call } of [...contestants.slice(from), ...contestants.slice(0, from)]) {
        for (let nth = 0; nth < BLOCK; nth++) {
          const began = performance.now();
          await call();
          took(who, performance.now() - began);
        }
      }
    }
  };
  bench.say(`${what}: ${bench.rounds} rounds`);
  await run(Math.min(WARM_UPS, bench.rounds), LONGEST_WARM_UP_MS, () => {});
  await run(bench.rounds, LONGEST_MS, (who, ms) => times.get(who)?.push(ms));
  return times;
}

function figure({ what, atMost }: Case, { name }: Instance, times: Map<string, number[]>): Figure {
  const of = (who: string, share: number) => quantile(times.get(who) ?? [], share);
  return {
    what: `${what}, p50 against the same REST call through fetch, ${name}`,
    value: of('tool', 0.5) / of('fetch', 0.5),
    unit: 'times',
    ...(atMost ? { atMost } : {}),
    beside: { who: OWN, value: of(OWN, 0.5) / of('fetch', 0.5) },
    detail: {
      rounds: times.get('tool')?.length ?? 0,
      'times node:http': of('tool', 0.5) / of('node:http', 0.5),
      'times at p95': of('tool', 0.95) / of('fetch', 0.95),
      'times at the minimum': of('tool', 0) / of('fetch', 0),
      ...Object.fromEntries(
        [...times.keys()].flatMap((who) => [
          [`${who} p50 ms`, of(who, 0.5)],
          [`${who} p95 ms`, of(who, 0.95)],
        ]),
      ),
    },
  };
}
