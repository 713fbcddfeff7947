import { readMany } from '../directus/connection.ts';
import { ToolError } from '../directus/errors.ts';
import { quoted } from '../guard/words.ts';
import { didYouMean } from '../settings/suggest.ts';
import type { Context } from './define.ts';

type Named = { id: string; name: string | null };

/** A kind of rows that people know by name. */
type Kind = {
  /** Where they are read. */
  endpoint: string;
  /** What one is called: `flow`. */
  what: string;
  /** The field that holds the name. */
  nameField?: string;
  /** Which of them. */
  filter?: Record<string, unknown>;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MOST_NAMED = 20;

/** The id of the row that a caller means by its id or its name. */
export async function findByName(context: Context, kind: Kind, given: string): Promise<string> {
  const { directus, signal } = context;
  const { endpoint, what, nameField = 'name', filter } = kind;
  const read = async (condition?: Record<string, unknown>): Promise<Named[]> => {
    const all = [filter, condition].filter((one) => one !== undefined);
    const query = {
      fields: ['id', nameField],
      limit: -1,
      ...(all.length > 0 ? { filter: { _and: all } } : {}),
    };
    const rows = await readMany<Record<string, string>>(directus, endpoint, query, { signal });
    return rows.map((row) => ({ id: String(row.id), name: row[nameField] ?? null }));
  };
  const found = await read(UUID.test(given) ? { id: { _eq: given } } : { [nameField]: { _eq: given } });
  const [only] = found;
  if (only && found.length === 1) return only.id;
  if (found.length > 1) {
    throw new ToolError(
      'AMBIGUOUS',
      `${found.length} ${what}s are called ${quoted(given)}. Nothing was done.`,
      `Give the id: ${found.map(({ id }) => id).join(', ')}.`,
    );
  }
  const others = await read();
  const names = others.flatMap(({ name }) => name ?? []);
  const shown = others.slice(0, MOST_NAMED).map(({ id, name }) => `${id} (${quoted(name)})`);
  const more = others.length > shown.length ? ` and ${others.length - shown.length} others` : '';
  throw new ToolError(
    'NOT_FOUND',
    `There is no ${what} ${quoted(given)}.${didYouMean(given, UUID.test(given) ? others.map(({ id }) => id) : names)}`,
    others.length > 0
      ? `${what[0]?.toUpperCase()}${what.slice(1)}s: ${shown.join(', ')}${more}.`
      : `There is no ${what} that you may see.`,
  );
}
