import { SURE_ROWS } from '../../directus/connection.ts';
import { HalfDoneError } from '../../directus/errors.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';

/** Rows in one request. Directus writes those of a request all or not at all; more rows take several requests. */
const CHUNK = 250;
/** Rows that the receipt of a long job shows. */
const SHOWN = 25;

/** One written row in a receipt. */
type Written = { key: unknown };

/**
 * Writes rows, a chunk after the other, tells of progress, and stops between two chunks when the call is cancelled.
 * @param write writes one chunk and answers with its receipt
 * @returns one receipt for all: whole for a single chunk, else the counts and the first rows
 * @throws HalfDoneError naming exactly what was written when a later chunk fails or the call is cancelled
 */
export async function writeInChunks<T>(
  { schema, progress, signal }: Context,
  all: T[],
  verb: 'created' | 'updated' | 'deleted',
  pk: string,
  write: (part: T[]) => Promise<Reply>,
): Promise<Reply> {
  // A receipt shows what Directus gives at once.
  const size = all.length > SURE_ROWS ? Math.min(CHUNK, await schema.mostRows(signal)) : CHUNK;
  if (all.length <= size) return write(all);
  const replies: Reply[] = [];
  const keys: unknown[] = [];
  for (let from = 0; from < all.length; from += size) {
    try {
      signal.throwIfAborted();
      const reply = await write(all.slice(from, from + size));
      replies.push(reply);
      keys.push(...writtenIn(reply).map(({ key }) => key));
      progress(Math.min(from + size, all.length), all.length, `rows ${verb}`);
    } catch (error) {
      throw from > 0 ? new HalfDoneError(verb, account(from, all.length, keys, pk), error) : error;
    }
  }
  return merged(replies, verb);
}

function writtenIn({ data }: Reply): Written[] {
  return Array.isArray(data) ? (data as Written[]) : [];
}

/** Exactly what was written: how many, and their keys, in ranges where they follow one another. */
function account(done: number, total: number, keys: unknown[], pk: string): string[] {
  const named = keys.length > 0 ? ` (${pk} ${ranges(keys)})` : '';
  return [`${done} of ${total} rows${named}`];
}

function ranges(keys: unknown[]): string {
  const parts: string[] = [];
  for (let from = 0; from < keys.length; ) {
    let to = from;
    while (Number(keys[to + 1]) === Number(keys[to]) + 1) to += 1;
    parts.push(to > from ? `${keys[from]}-${keys[to]}` : String(keys[from]));
    from = to + 1;
  }
  return parts.join(', ');
}

function merged(replies: Reply[], verb: string): Reply {
  const sum = (name: string) =>
    replies.reduce(
      (total, { info }) => total + (typeof info?.[name] === 'number' ? Number(info[name]) : 0),
      0,
    );
  const warnings = new Set(replies.flatMap(({ info }) => (info?.warning ? [info.warning] : [])));
  const rows = replies.flatMap(writtenIn);
  return {
    info: {
      [verb]: sum(verb),
      ...(sum('unchanged') > 0 ? { unchanged: sum('unchanged') } : {}),
      ...(warnings.size > 0 ? { warning: [...warnings].join(' ') } : {}),
      ...(rows.length > SHOWN ? { shown: `the first ${SHOWN}` } : {}),
    },
    ...(rows.length > 0 ? { data: rows.slice(0, SHOWN) } : {}),
  };
}
