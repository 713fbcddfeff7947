import { type Context, Hono } from 'hono';
import type { LimitsView } from '../../usage-api.ts';
import type { Env } from '../env.ts';
import type { Ports } from '../ports.ts';
import { ProblemError } from '../problem.ts';
import { toCsv } from './csv.ts';
import { myUsage } from './mine.ts';
import { readPeriod } from './period.ts';
import { report } from './report.ts';

/** What the Usage page calls, and what everyone may know of their own use. */
export function usageRoutes({ ledger, allowances, settings, warn }: Ports): Hono<Env> {
  const app = new Hono<Env>();

  app.get('/mine', async (c) => {
    const { user } = c.get('signed');
    return c.json(await inWords(myUsage(ledger, user.id, allowances.of(user).limits)));
  });

  app.use('*', async (c, next) => {
    const { user, token } = c.get('signed');
    if (!user.admin)
      throw new ProblemError('refused', 'Only admins see what others use. Ask one of them for it.');
    // The limits can be shown without the names of roles.
    await allowances.learn(token).catch(() => {
      warn('The roles of Directus could not be read, so ai.roles was not compared with them.');
    });
    await next();
  });

  app.get('/limits', (c) => {
    const { roles } = settings().ai;
    const known = allowances.roles();
    return c.json<LimitsView>({
      everybody: allowances.forEverybody(),
      roles: Object.entries(roles).map(([key, limit]) => {
        const role = known.find(({ id, name }) => id === key || name === key);
        return { key, limit, ...(role && { role }) };
      }),
      problems: allowances.problems(),
    });
  });

  const reportOf = (c: Context<Env>) => inWords(report(ledger, readPeriod(c.req.query(), new Date())));

  app.get('/', async (c) => c.json(await reportOf(c)));
  app.get('/csv', async (c) => {
    const made = await reportOf(c);
    return c.body(toCsv(made), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="usage-by-${made.by}-${made.since}-to-${made.until}.csv"`,
    });
  });
  return app;
}

/** That the ledger cannot be read is for the operator to mend, and no secret. */
async function inWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new ProblemError('failed', `What was used cannot be read${why}. Look at the server's data folder.`);
  }
}
