import { ToolError } from '../../directus/errors.ts';
import { missingRight } from '../../directus/missing.ts';
import { isObject } from '../../directus/objects.ts';
import { findField } from '../../guard/fields.ts';
import { relatedCollection } from '../../guard/names.ts';
import type { Context } from '../define.ts';
import type { Query } from '../params.ts';
import type { Target } from './target.ts';

/**
 * Refuses to pass off rows from which Directus left out a relation without a word, as it does with one that does
 * not exist or may not be read. Costs no request while nothing is left out.
 */
export async function refuseDropped(
  context: Context,
  { collection }: Target,
  query: Query,
  rows: unknown[],
): Promise<void> {
  const aliases = Object.keys(query.alias ?? {});
  for (const field of query.fields ?? []) {
    const path = field.split('.');
    const dropped = aliases.includes(path[0] ?? '') ? undefined : droppedPart(path, rows);
    if (dropped !== undefined) await explainDropped(context, collection, path.slice(0, dropped + 1));
  }
}

/** Which of the relations along a path the rows lack; undefined when they have all, as far as the rows tell. */
function droppedPart(path: string[], rows: unknown[]): number | undefined {
  let values = rows;
  for (const [index, part] of path.slice(0, -1).entries()) {
    const [name = '', chosen] = part.split(':');
    const objects = values.filter(isObject);
    // Bare keys stand where rows were asked for and nothing of them is left.
    if (objects.length === 0) return values.some((value) => value !== null) ? index : undefined;
    if (/[*(]/.test(name)) return undefined;
    if (!objects.some((row) => Object.hasOwn(row, name))) return index;
    // Of rows in several collections, those in another than the chosen one are bare keys as well.
    if (chosen) return undefined;
    values = objects.flatMap((row) => row[name]);
  }
  return undefined;
}

async function explainDropped(
  { schema, signal }: Context,
  collection: string,
  path: string[],
): Promise<never> {
  let owner = collection;
  for (const part of path.slice(0, -1)) {
    owner = (await relatedCollection({ schema, signal }, owner, part)) ?? owner;
  }
  const [name = ''] = path.at(-1)?.split(':') ?? [];
  const field = await findField(schema, owner, name, 'query.fields', signal);
  const related = await relatedCollection({ schema, signal }, owner, path.at(-1) ?? '');
  // A relation to what may not be read is hidden as well; its foreign key tells.
  const target = related ?? field.schema?.foreign_key_table;
  if (target) throw missingRight(target, ['read']);
  // Who may not look at the data model as such does not learn of foreign keys.
  const known = field.type !== 'alias' && target === null;
  const why = known
    ? 'is no relation'
    : 'is no relation, or leads to rows that your policies give no read on';
  throw new ToolError('INVALID_QUERY', `query.fields: ${owner}.${name} ${why}.`, 'Leave it out.');
}
