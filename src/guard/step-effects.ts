import { DirectusError, ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import type { Looking } from './cascades.ts';
import type { Step } from './flow-steps.ts';
import { inspectPayload } from './payload.ts';
import { fill, hasUnknown, type Scope, UNKNOWN } from './templates.ts';
import { quoted } from './words.ts';

/** What running a step does beyond reading and setting plain values. */
export type Effects = {
  /** What it deletes, each a phrase. */
  deletes: string[];
  /** What it does that cannot be foreseen, each a phrase. */
  risks: string[];
  /** What `history` could not take back, each a phrase. */
  lasting: string[];
  /** Flows it runs. */
  runs: string[];
};

const NONE: Effects = { deletes: [], risks: [], lasting: [], runs: [] };

/** Steps that neither change anything nor reach outside. */
const HARMLESS = ['condition', 'item-read', 'json-web-token', 'log', 'sleep', 'throw-error', 'transform'];

/**
 * Looks through one step for what it would do.
 * @param scope what its templates would be filled with, as far as that is known beforehand
 * @param at where it stands, for phrases: `(step "a" of flow "X")`
 */
export async function effectsOf(look: Looking, step: Step, scope: Scope, at: string): Promise<Effects> {
  const filled = fill(step.options ?? {}, scope);
  const options = isObject(filled) ? filled : {};
  switch (step.type) {
    case 'item-delete':
      return {
        ...NONE,
        deletes: [`items of ${nameOf(options.collection)} ${at}`],
        lasting: ownRights(options, at),
      };
    case 'item-create':
    case 'item-update': {
      const { deletes, risks } = await written(look, options, step.type === 'item-create', at);
      return { ...NONE, deletes, risks, lasting: ownRights(options, at) };
    }
    case 'request':
      return request(options, at);
    case 'exec':
      return { ...NONE, risks: [`it runs code, and what that leads to cannot be foreseen ${at}`] };
    case 'trigger':
      return typeof options.flow === 'string'
        ? { ...NONE, runs: [options.flow] }
        : { ...NONE, risks: [`which flow it runs is only known then ${at}`] };
    case 'mail':
    case 'notification':
      return { ...NONE, lasting: [`the ${step.type} it sends ${at}`] };
    default:
      if (HARMLESS.includes(step.type)) return NONE;
      return {
        ...NONE,
        risks: [`it is of the type ${quoted(step.type)}, and what that does cannot be foreseen ${at}`],
        lasting: [`what it does ${at}`],
      };
  }
}

function nameOf(collection: unknown): string {
  return typeof collection === 'string' ? collection : 'a collection that is only known then';
}

/** Directus notes no caller with what is written by other rights than the caller's, so nobody can find it later. */
function ownRights({ permissions }: Record<string, unknown>, at: string): string[] {
  return permissions && permissions !== '$trigger' ? [`what it writes by rights of its own ${at}`] : [];
}

/** The address of a flow that runs when it is asked for. */
const RUNS = /\/flows\/trigger\/([0-9a-f-]{36})/i;

function request({ method, url }: Record<string, unknown>, at: string): Effects {
  const lasting = [`the request it sends ${at}`];
  const runs = typeof url === 'string' ? (RUNS.exec(url)?.[1]?.toLowerCase() ?? []) : [];
  if (typeof method === 'string' && method.trim().toUpperCase() === 'DELETE')
    return { deletes: [`what its DELETE request names ${at}`], risks: [], lasting, runs: [runs].flat() };
  const kind = typeof method === 'string' ? quoted(method) : 'a';
  return {
    deletes: [],
    risks: [`it sends ${kind} request, and what that does cannot be foreseen ${at}`],
    lasting,
    runs: [runs].flat(),
  };
}

/** What creating or updating items would delete by way of the related rows in its payload. */
async function written(
  look: Looking,
  { collection, payload }: Record<string, unknown>,
  isNew: boolean,
  at: string,
): Promise<Pick<Effects, 'deletes' | 'risks'>> {
  const unforeseen = { deletes: [], risks: [`what it writes is only known then ${at}`] };
  const rows = rowsOf(payload);
  if (typeof collection !== 'string' || !rows) return unforeseen;
  try {
    const known = await withoutUnknown(look, collection, rows);
    const { deletes, replaced } = await inspectPayload(
      look.schema,
      collection,
      known.rows,
      look.signal,
      isNew,
    );
    const lists = replaced.map(
      (list) => `rows of ${list.collection} that the new list at ${list.at} leaves out`,
    );
    return {
      deletes: [...deletes, ...lists].map((phrase) => `${phrase} ${at}`),
      risks: known.whole ? [] : unforeseen.risks,
    };
  } catch (error) {
    // It names what does not exist or may not be seen.
    if (error instanceof ToolError || error instanceof DirectusError) return unforeseen;
    throw error;
  }
}

/** The rows of a payload; undefined where it is not known what they are. Directus reads JSON in a text. */
export function rowsOf(payload: unknown): Record<string, unknown>[] | undefined {
  const value = typeof payload === 'string' ? parsed(payload) : payload;
  const rows = [value ?? {}].flat();
  return rows.every(isObject) ? rows : undefined;
}

function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return UNKNOWN;
  }
}

const RELATIONAL = ['o2m', 'm2m', 'm2a', 'm2o', 'files', 'file', 'translations'];

/** The rows without what is not known of them, and whether that is only plain values, which delete nothing. */
async function withoutUnknown(
  { schema, signal }: Looking,
  collection: string,
  rows: Record<string, unknown>[],
) {
  const related = (await schema.fields(collection, signal))
    .filter(({ type, meta }) => type === 'alias' || meta?.special?.some((one) => RELATIONAL.includes(one)))
    .map(({ field }) => field);
  const unknown = rows.flatMap((row) => Object.keys(row).filter((name) => hasUnknown(row[name])));
  return {
    rows: rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !hasUnknown(row[name]))),
    ),
    whole: !unknown.some((name) => related.includes(name)),
  };
}
