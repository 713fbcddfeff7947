import { ToolError } from '../../directus/errors.ts';
import { checkSystemWrites } from '../../guard/limits.ts';
import { type Consequences, inspectPayload } from '../../guard/payload.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Row, Target } from './target.ts';

/**
 * Refuses rows that Directus would store wrongly, or whose writing would reach where the tool may not.
 * @param isNew whether they are to be created
 * @returns the rows as they are to be sent, and what writing them does beyond setting their fields
 */
export async function inspectRows(
  { schema, settings, signal }: Context,
  target: Target,
  given: Row[],
  isNew = false,
): Promise<Consequences> {
  const found = await inspectPayload(schema, target.collection, given, signal, isNew);
  checkSystemWrites(found.systemWrites, settings);
  return found;
}

export function refuseEmpty(rows: Row[], what: string): void {
  if (rows.every((row) => Object.keys(row).length > 0)) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `data is empty: there is nothing to ${what}.`,
    'Name at least one field with its value.',
  );
}

/** Says which values were understood from text, so that nobody wonders what was stored. */
export function noting(reply: Reply, readFromText: string[]): Reply {
  if (readFromText.length === 0) return reply;
  return { ...reply, info: { ...reply.info, readFromText: readFromText.slice(0, 10) } };
}

/** The key and every field that the rows name. */
export function fieldsOf(rows: Row[], pk: string): string[] {
  return [...new Set([pk, ...rows.flatMap((row) => Object.keys(row))])];
}
