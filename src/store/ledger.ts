import type * as z from 'zod';
import type { Directus } from '../directus/connection.ts';
import { callUse } from '../host/costs/call-use.ts';
import { type Ledger, spent } from '../host/costs/ledger.ts';
import { USAGE } from './layout.ts';
import { addRows, inWords, readRows } from './rows.ts';

type Row = { id: number; at: number; kind: Kind; record: string };
type Kind = 'request' | 'call';

/** So many rows may become visible later than ones with a higher id: those of instances that write at the same time. */
const LATE_ROWS = 100;

/**
 * A ledger in the Directus database, to which any number of instances write.
 * @param directus with the rights of the server: what people used is not for them to write
 */
export function directusLedger(directus: () => Directus): Ledger {
  const add = (kind: Kind, records: readonly { at: string }[]) =>
    inWords('the usage', async () => {
      if (records.length === 0) return;
      const rows = records.map((one) => ({ at: Date.parse(one.at), kind, record: JSON.stringify(one) }));
      await addRows(directus(), USAGE, rows);
    });
  const rowsWhere = (kind: Kind, filter: object) =>
    inWords('the usage', () =>
      readRows<Row>(directus(), USAGE, { filter: { _and: [{ kind: { _eq: kind } }, filter] }, sort: ['id'] }),
    );
  const since = (date: Date | undefined) => (date ? { at: { _gte: date.getTime() } } : {});

  return {
    record: (entry) => add('request', [entry]),
    recordCalls: (calls) => add('call', calls),
    entries: async (from) => recordsIn(await rowsWhere('request', since(from)), spent),
    calls: async (from) => recordsIn(await rowsWhere('call', since(from)), callUse),
    follow() {
      let newest = 0;
      let seen = new Set<number>();
      return async () => {
        const rows = await rowsWhere('request', { id: { _gt: newest - LATE_ROWS } });
        const added = rows.filter(({ id }) => !seen.has(id));
        newest = Math.max(newest, rows.at(-1)?.id ?? 0);
        seen = new Set(rows.map(({ id }) => id).filter((id) => id > newest - LATE_ROWS));
        return recordsIn(added, spent);
      };
    },
  };
}

/** What fits no record is not ours. */
function recordsIn<T>(rows: readonly Row[], schema: z.ZodType<T>): T[] {
  return rows.flatMap(({ record }) => {
    try {
      return schema.safeParse(JSON.parse(record)).data ?? [];
    } catch {
      return [];
    }
  });
}
