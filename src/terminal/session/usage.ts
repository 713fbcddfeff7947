import { midnight } from '../../host/costs/days.ts';
import { totalOf, totalsBy, type UsageTotal } from '../../host/costs/totals.ts';
import type { TokenUsage } from '../../host/costs/usage.ts';
import { costText, numberText } from '../../host/costs/words.ts';
import { count } from '../text.ts';
import type { Parts } from './parts.ts';

type Row = { name: string; usage: TokenUsage };

/**
 * `/usage`: tokens and costs of this conversation, this day and this month, and of each model this month.
 * @throws the error of the file system when what was used cannot be read
 */
export async function showUsage({ chat, ledger, store, turns }: Parts): Promise<void> {
  const here = { name: 'Here', usage: chat.usage };
  if (!ledger) return store.show({ kind: 'page', text: table([here]) });
  const now = new Date();
  const today = midnight(now);
  const month = new Date(now.getFullYear(), now.getMonth(), 1);
  const entries = await turns.work('Adding up', () => ledger.entries(month));
  if (!entries) return;
  const ofToday = entries.filter(({ at }) => at >= today.toISOString());
  const total = totalOf(entries);
  const rows = [
    here,
    { name: 'Today', usage: totalOf(ofToday).usage },
    { name: 'This month', usage: total.usage },
    ...totalsBy(entries, 'model').map(({ key, usage }) => ({ name: `· ${key}`, usage })),
  ];
  store.show({ kind: 'page', text: [table(rows), ...notes(total, rows)].join('\n\n') });
}

function table(rows: Row[]): string {
  const lines = rows.map(({ name, usage }) => {
    const { inputTokens, cachedTokens, outputTokens, incomplete } = usage;
    const numbers = [inputTokens, cachedTokens, outputTokens].map(
      (tokens) => (incomplete ? '~' : '') + numberText(tokens),
    );
    return `| ${[name, ...numbers, costText(usage)].join(' | ')} |`;
  });
  return ['| Tokens | In | Cached | Out | Cost |', '|---|--:|--:|--:|--:|', ...lines].join('\n');
}

function notes({ requests, unpriced }: UsageTotal, rows: Row[]): string[] {
  return [
    ...(rows.some(({ usage }) => usage.incomplete)
      ? ['`~` is in part an estimate, because an endpoint did not say.']
      : []),
    ...(unpriced > 0 && unpriced < requests
      ? [`${count(unpriced, 'request')} went to models without a price and are not in the cost.`]
      : []),
  ];
}
