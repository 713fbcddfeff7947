import type { Limit } from '../../../host/costs/budgets.ts';
import { countsOf } from '../../../host/costs/count-used.ts';
import { midnight } from '../../../host/costs/days.ts';
import type { Ledger } from '../../../host/costs/ledger.ts';
import type { MyUsage } from '../../usage-api.ts';

/** What one user has used today, and what limits it. @throws the error of the ledger */
export async function myUsage(ledger: Ledger, user: string, limits: readonly Limit[]): Promise<MyUsage> {
  const counts = countsOf(ledger);
  await counts.update();
  const now = new Date();
  const whose = { conversation: '', user };
  return {
    today: counts.of('user-day', whose, now),
    limits: limits.map((limit) =>
      limit.period === 'conversation'
        ? limit
        : { ...limit, used: counts.of(limit.period, whose, now)[limit.unit] },
    ),
    freeAt: midnight(now, 1).toISOString(),
  };
}
