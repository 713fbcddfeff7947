import { OWN } from '../contestants.ts';
import type { Figure, Instance, Measure } from '../figure.ts';
import { alike, asked2025, clientsOfEachWay } from '../http/asks.ts';
import { more, NOT_TOLD, perCall, type Spent, spentOn } from '../http/cpu.ts';
import { type Job, type Sent, startLoader } from '../http/loader.ts';
import { type Served, startServed } from '../http/served.ts';
import { inTurn } from '../statistics.ts';

const CLIENTS = 16;
const ROUNDS = 5;
const ROUND_CALLS = 400;
/** Its list takes Directus many times as long, and is no longer for being asked more often. */
const OWN_CALLS = 16;

type Contestant = Job & { pid: number; calls: number; spent: Spent };

/** What the list of tools costs the server, asked for again and again by many clients. */
export const httpList: Measure = {
  name: 'http-list',
  about: 'CPU of tools/list over HTTP',
  async run(bench) {
    const instance = await bench.instances.newsroom();
    const served = await startServed(bench, instance);
    const loader = startLoader();
    try {
      const contestants = await contestantsOf(instance, served);
      await inTurn(contestants, (one) => loader.run({ ...one, calls: 5 * one.calls }));
      for (let round = 0; round < ROUNDS; round++) {
        bench.say(`tools/list: round ${round + 1} of ${ROUNDS}`);
        await inTurn(contestants, async (one) => {
          const { answers, cpu } = await spentOn(loader, one, [one.pid]);
          one.spent = more(one.spent, { answers, cpu: cpu[0] });
        });
      }
      const figures = figuresOf(contestants);
      if (figures.length === 0) bench.say(NOT_TOLD);
      return figures;
    } finally {
      await loader.close();
      await served.close();
    }
  },
};

async function contestantsOf(instance: Instance, { url, pid }: Served): Promise<Contestant[]> {
  const { token } = instance;
  const question = { method: 'tools/list' };
  const ways = await clientsOfEachWay(CLIENTS, { url, token, question });
  const own = alike(CLIENTS, asked2025(`${instance.url}/mcp`, token, question));
  const contestant = (who: string, clients: Sent[], of: number, calls: number): Contestant => ({
    who: `list ${who}`,
    clients,
    holds: ['"tools":', '"inputSchema":'],
    calls,
    pid: of,
    spent: { answers: 0, cpu: 0 },
  });
  return [
    ...ways.map(({ who, clients }) => contestant(who, clients, pid, ROUND_CALLS)),
    contestant(OWN, own, instance.pid, OWN_CALLS),
  ];
}

function figuresOf(contestants: Contestant[]): Figure[] {
  const own = contestants.find(({ pid }) => pid !== contestants[0]?.pid);
  const beside = own && perCall(own.spent);
  return contestants
    .filter((one) => one !== own)
    .flatMap(({ who, spent }): Figure[] => {
      const value = perCall(spent);
      if (value === undefined) return [];
      return [
        {
          what: `CPU of tools/list served, ${who.replace('list ', '')}`,
          value,
          unit: 'ms',
          atMost: 1,
          ...(beside === undefined ? {} : { beside: { who: OWN, value: beside } }),
          detail: { calls: spent.answers },
        },
      ];
    });
}
