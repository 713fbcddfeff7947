import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { BARE, type Opened, OURS, OWN, REST, withContestants } from '../contestants.ts';
import type { Bench, Figure, Instance, Measure } from '../figure.ts';
import { race } from '../race.ts';
import { viaFetch } from '../rest.ts';
import { inTurn, quantile } from '../statistics.ts';
import { nameOf } from '../wide.ts';
import { type Case, newsroomCases, wideCases } from './cases.ts';

/** Time and tokens of the same work for all contestants, in blocks of calls that take turns in one run. */
export const calls: Measure = {
  name: 'calls',
  about: 'time and tokens of single calls, beside the same REST call',
  async run(bench) {
    const newsroom = await bench.instances.newsroom();
    const wide = await bench.instances.wide();
    return [
      ...(await onInstance(bench, newsroom, newsroomCases(await pictureOf(newsroom)))),
      ...(wide ? await onInstance(bench, wide, wideCases(nameOf(150))) : []),
    ];
  },
};

async function pictureOf(instance: Instance): Promise<string> {
  const path = `/files?fields=id&limit=1&filter=${JSON.stringify({ filename_download: { _eq: 'crane.jpg' } })}`;
  const [file] = (await viaFetch(instance)('GET', path)) as { id: string }[];
  if (!file) throw new Error('The newsroom has no picture of a crane.');
  return file.id;
}

function onInstance(bench: Bench, instance: Instance, cases: Case[]): Promise<Figure[]> {
  const rest = viaFetch(instance);
  return withContestants(bench, instance, async (contestants) =>
    (
      await inTurn(cases, async (one) => {
        const rounds = Math.min(bench.rounds, one.rounds ?? bench.rounds);
        bench.say(`${one.what}, ${instance.name}: ${rounds} rounds`);
        await one.prepare?.(rest);
        const tokens = one.file ? {} : await tokensOf(one, contestants);
        const times = await race({ rounds, block: one.block }, one, contestants);
        await one.tidy?.(rest);
        return figures(one, instance, times, tokens);
      })
    ).flat(),
  );
}

type PerContestant = Record<string, number>;

/** Tokens of what each answers, as text. */
async function tokensOf(one: Case, contestants: Opened[]): Promise<PerContestant> {
  const counted = await inTurn(contestants, async ({ who, call }): Promise<[string, number]> => {
    const answer = await call(one);
    return [who, countTokens(typeof answer === 'string' ? answer : JSON.stringify(answer))];
  });
  return Object.fromEntries(counted);
}

function figures(
  { what, atMost, atMostOfOwn }: Case,
  { name }: Instance,
  times: Map<string, number[]>,
  tokens: PerContestant,
): Figure[] {
  const of = (who: string, share: number) => quantile(times.get(who) ?? [], share);
  const p50 = (who: string) => of(who, 0.5);
  const against = (share: number) => of(OURS, share) / of(REST, share);
  return [
    {
      what: `${what}, p50 against the same REST call through fetch, ${name}`,
      value: against(0.5),
      unit: 'times',
      ...(atMost ? { atMost } : {}),
      beside: { who: OWN, value: p50(OWN) / p50(REST) },
      compare: { what: `${what}, ${name}`, unit: 'ms', ours: p50(OURS), own: p50(OWN), rest: p50(REST) },
      detail: {
        rounds: times.get(OURS)?.length ?? 0,
        'times node:http': p50(OURS) / p50('node:http'),
        [`times ${BARE}`]: p50(OURS) / p50(BARE),
        'times at p95': against(0.95),
        'times at the minimum': against(0),
        ...Object.fromEntries(
          [...times.keys()].flatMap((who) => [
            [`${who} p50 ms`, p50(who)],
            [`${who} p95 ms`, of(who, 0.95)],
          ]),
        ),
      },
    },
    ...ofAnswer(`${what}, ${name}`, tokens),
    ...(atMostOfOwn
      ? [
          {
            what: `${what}, p50 against Directus's own, ${name}`,
            value: p50(OURS) / p50(OWN),
            unit: 'times' as const,
            atMost: atMostOfOwn,
          },
        ]
      : []),
  ];
}

function ofAnswer(what: string, tokens: PerContestant): Figure[] {
  const { [OURS]: ours, [OWN]: own, [REST]: rest } = tokens;
  if (ours === undefined || own === undefined || rest === undefined) return [];
  return [
    {
      what: `answer to ${what}`,
      value: ours,
      unit: 'tokens',
      beside: { who: OWN, value: own },
      compare: { what: `answer: ${what}`, unit: 'tokens', ours, own, rest },
    },
  ];
}
