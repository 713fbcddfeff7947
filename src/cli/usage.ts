import { openConversations } from '../host/conversations/file-store.ts';
import { shortId } from '../host/conversations/find.ts';
import { dataFolder } from '../host/conversations/folder.ts';
import type { CallUse } from '../host/costs/call-use.ts';
import { localDay, midnight } from '../host/costs/days.ts';
import { openLedger } from '../host/costs/ledger.ts';
import type { Spent } from '../host/costs/meter.ts';
import { NOBODY, namesIn } from '../host/costs/names.ts';
import {
  callTotalOf,
  callTotalsBy,
  totalOf,
  totalsBy,
  type UsageBy,
  type UsageTotal,
} from '../host/costs/totals.ts';
import { costText, numberText } from '../host/costs/words.ts';
import { guarded } from './guarded.ts';
import { table } from './table.ts';

export type UsageOptions = { by: UsageBy | 'tool'; since?: string; json?: boolean };

/** `usage`: tokens and dollars of all requests to models, or the calls of tools, summed up. */
export const run = ({ by, since, json }: UsageOptions): Promise<void> =>
  guarded(async () => {
    const folder = dataFolder();
    const from = since === undefined ? undefined : timeOf(since, new Date());
    const ledger = openLedger({ folder });
    const { rows, total, lines } =
      by === 'tool'
        ? ofCalls(await ledger.calls(from))
        : await ofRequests(by, await ledger.entries(from), folder);
    if (json) console.log(JSON.stringify({ by, since: from?.toISOString(), rows, total }, null, 2));
    else if (rows.length > 0) console.log(lines.join('\n'));
    else
      console.log(
        from ? 'Nothing was used since then.' : `Nothing was used yet. It is counted in ${folder}.`,
      );
  });

function ofCalls(calls: CallUse[]) {
  const rows = callTotalsBy(calls, 'tool').sort((a, b) => b.calls - a.calls);
  const total = callTotalOf(calls);
  const right = ['CALLS', 'FAILED', 'DENIED', 'MS EACH', 'RESULT TOKENS'].map(rightAligned);
  const cells = [...rows, { ...total, key: 'total' }].map(({ key, ...sum }) => [
    key,
    ...[sum.calls, sum.failed, sum.denied, Math.round(sum.ms / (sum.calls || 1)), sum.tokens].map(numberText),
  ]);
  return { rows, total, lines: table([{ title: 'TOOL' }, ...right], cells) };
}

async function ofRequests(by: UsageBy, entries: Spent[], folder: string) {
  const total = totalOf(entries);
  const rows = totalsBy(entries, by).sort(by === 'day' ? byKey : byTokens);
  const name = await namerOf(by, entries, folder);
  return { rows, total, lines: [...linesOf(by, rows, name, total), ...notes(total)] };
}

/** How people see what a line is about. */
async function namerOf(by: UsageBy, entries: Spent[], folder: string): Promise<(key: string) => string> {
  if (by === 'user') {
    const names = namesIn(entries);
    return (key) => names.get(key) ?? (key || NOBODY);
  }
  if (by !== 'conversation') return (key) => key;
  const titles = await titlesOf(folder);
  return (key) => `${shortId(key)}  ${titles.get(key) ?? '(removed)'}`;
}

/**
 * The time that `7d` (this day and the six before it) or a date means, from its midnight on.
 * @throws an Error for people when it is neither
 */
export function timeOf(text: string, now: Date): Date {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  if (days !== undefined && Number(days) > 0) return midnight(now, 1 - Number(days));
  const date = new Date(`${text}T00:00`);
  // What is no day of the calendar becomes another day.
  if (localDay(date) === text) return date;
  throw new Error(`--since "${text}" is no time. Give days as 7d, or a date as 2026-11-25.`);
}

const byKey = (a: UsageTotal, b: UsageTotal): number => (a.key < b.key ? -1 : 1);
const tokensOf = ({ usage }: UsageTotal): number => usage.inputTokens + usage.outputTokens;
const byTokens = (a: UsageTotal, b: UsageTotal): number => tokensOf(b) - tokensOf(a);

const rightAligned = (title: string) => ({ title, align: 'right' as const });

function linesOf(by: string, rows: UsageTotal[], name: (key: string) => string, total: UsageTotal): string[] {
  const right = ['REQUESTS', 'INPUT', 'CACHED', 'OUTPUT', 'REASONING', 'COST'].map(rightAligned);
  const all = [...rows.map((row) => cellsOf(name(row.key), row)), cellsOf('total', total)];
  // A title may be long, and so goes last.
  if (by === 'conversation') {
    return table(
      [...right, { title: 'CONVERSATION' }],
      all.map(([first = '', ...rest]) => [...rest, first]),
    );
  }
  return table([{ title: by.toUpperCase() }, ...right], all);
}

function cellsOf(name: string, { requests, usage }: UsageTotal): string[] {
  const about = (number: number) => (usage.incomplete ? '~' : '') + numberText(number);
  return [
    name,
    numberText(requests),
    about(usage.inputTokens),
    about(usage.cachedTokens),
    about(usage.outputTokens),
    about(usage.reasoningTokens),
    costText(usage),
  ];
}

function notes({ requests, unpriced, usage }: UsageTotal): string[] {
  const partly = unpriced > 0 && unpriced < requests;
  return [
    ...(usage.incomplete ? ['~ some of it is estimated, because the endpoint did not say.'] : []),
    ...(partly
      ? [`${numberText(unpriced)} requests went to models without a price and are not in the cost.`]
      : []),
  ];
}

async function titlesOf(folder: string): Promise<Map<string, string>> {
  const conversations = await openConversations({ folder }).list();
  return new Map(conversations.map(({ id, title }) => [id, title]));
}
