import { notDirectus } from '../../directus/answers.ts';
import { type Directus, type RawOptions, type Reader, readMany } from '../../directus/connection.ts';
import { DirectusError } from '../../directus/errors.ts';
import type { Answer } from '../../directus/http.ts';
import { path } from '../../directus/path.ts';
import { coversField, permissionOf } from '../../directus/permissions.ts';
import type { Field, Key } from '../../directus/types.ts';
import type { Flow } from '../../guard/flow-steps.ts';
import { quoted } from '../../guard/words.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import { readKeyed } from '../rows/select.ts';
import type { Row, Target } from '../rows/target.ts';
import { becoming } from '../rows/update.ts';

/** Rows that a receipt compares; of more it says nothing. */
const MOST_COMPARED = 25;

type Run = {
  flow: { id: string; isAsync: boolean; whole: Flow | undefined };
  target: Target;
  pk: string;
  /** Those of the collection. */
  fields: Field[];
  keys: Key[];
  request: RawOptions;
};

/** Runs a flow, and says what became of the items it ran on, and which of its steps failed. */
export async function run(context: Context, directus: Directus, job: Run): Promise<Reply> {
  const { flow, target, pk, fields, keys, request } = job;
  const compared = flow.isAsync || keys.length > MOST_COMPARED ? [] : keys;
  const read = async () =>
    compared.length > 0 ? readKeyed(context, target, { fields: ['*'], limit: -1 }, compared) : [];
  const isLogged = !flow.isAsync && flow.whole?.accountability === 'all';
  const lastBefore = isLogged ? (await runs(context, flow.id))[0]?.id : undefined;
  const before = await read();
  const answer = await directus.fetch('POST', path`/flows/trigger/${flow.id}`, {
    ...request,
    signal: context.signal,
  });
  const result = resultIn(answer);
  const pairs = pairUp(before, await read(), pk);
  const changed = changesIn(pairs, pk);
  const isSame = pairs.length > 0 && changed.length === 0 && (await seesAll(context, target, fields, pairs));
  const ran = isLogged ? await stepsRun(context, flow.id, lastBefore ?? 0) : undefined;
  const failed = unhandled(ran?.steps ?? [], flow.whole);
  const data = {
    ...(result === undefined ? {} : { result }),
    ...(changed.length > 0 ? { items: changed } : {}),
    ...(ran ? { steps: Object.fromEntries(ran.steps.map(({ key, status }) => [key, status])) } : {}),
    ...(failed.length > 0 ? { errors: failed.map((key) => ({ step: key, error: ran?.data[key] })) } : {}),
  };
  return {
    info: {
      triggered: flow.id,
      ...(flow.isAsync ? { note: 'It runs in the background: nothing is known yet of how it ends.' } : {}),
      ...(isSame ? { unchanged: pairs.length } : {}),
      ...(failed.length > 0
        ? { warning: `It did not get through: ${failed.map(quoted).join(', ')} failed.` }
        : {}),
    },
    ...(Object.keys(data).length > 0 ? { data } : {}),
  };
}

/** Each item as it was, with what could be read of it afterwards. */
type Pair = [before: Row, after: Row | undefined];

function pairUp(before: Row[], after: Row[], pk: string): Pair[] {
  const now = new Map(after.map((row) => [String(row[pk]), row]));
  return before.map((row) => [row, now.get(String(row[pk]))]);
}

function changesIn(pairs: Pair[], pk: string): Row[] {
  return pairs.flatMap(([before, after]): Row[] => {
    if (!after) return [{ key: before[pk], gone: true }];
    // With rights that came in the meantime, more is seen than before.
    const known = Object.fromEntries(Object.entries(after).filter(([field]) => field in before));
    const changed = becoming(before, known);
    return Object.keys(changed).length > 0 ? [{ key: before[pk], changed }] : [];
  });
}

/** Whether the items were read with all that is in them: of what is not seen, nobody knows whether it changed. */
async function seesAll(
  { schema, signal }: Context,
  { collection }: Target,
  fields: Field[],
  pairs: Pair[],
): Promise<boolean> {
  const names = fields.filter(({ type }) => type !== 'alias').map(({ field }) => field);
  const seen = pairs.every(([before, after = {}]) =>
    names.every((field) => field in before && field in after),
  );
  if (!seen) return false;
  const permissions = await schema.permissions(signal);
  return permissions === undefined || coversField(permissionOf(permissions, collection, 'read'), '*');
}

/** What Directus notes of a run. */
type Ran = {
  id: number;
  data: { steps?: { key: string; operation: string; status: string }[]; data?: Row } | null;
};

/** The newest runs of a flow; none where this user may not see them. */
async function runs(
  { directus, signal }: { directus: Reader; signal: AbortSignal },
  flow: string,
  after = 0,
) {
  const filter = {
    _and: [
      { collection: { _eq: 'directus_flows' } },
      { item: { _eq: flow } },
      { activity: { action: { _eq: 'run' } } },
      { id: { _gt: after } },
    ],
  };
  const query = { fields: after > 0 ? ['id', 'data'] : ['id'], filter, sort: ['-id'], limit: 2 };
  try {
    return await readMany<Ran>(directus, '/revisions', query, { signal });
  } catch (error) {
    if (error instanceof DirectusError && error.status === 403) return [];
    throw error;
  }
}

/** How the steps of our run ended; undefined when that cannot be told from another run's. */
async function stepsRun(context: Context, flow: string, after: number) {
  const [ours, another] = await runs(context, flow, Math.max(after, 1));
  if (!ours?.data?.steps || another) return undefined;
  return { steps: ours.data.steps, data: ours.data.data ?? {} };
}

/** Steps that failed, and for which nothing was to follow then. A condition that is not met is no failure. */
function unhandled(
  steps: { key: string; operation: string; status: string }[],
  flow: Flow | undefined,
): string[] {
  return steps
    .filter(({ status, operation }) => {
      const step = flow?.operations.find(({ id }) => id === operation);
      return status !== 'resolve' && step && step.type !== 'condition' && step.reject === null;
    })
    .map(({ key }) => key);
}

/**
 * What a flow gave: JSON, or bytes without a type; undefined when it gave nothing.
 * @throws ToolError when something else has answered in the place of Directus
 */
function resultIn({ bytes, headers }: Answer): unknown {
  const text = bytes.toString('utf8');
  const type = headers.get('content-type');
  if (!text || !type) return text || undefined;
  if (!type.includes('json')) throw notDirectus();
  try {
    return JSON.parse(text);
  } catch {
    throw notDirectus();
  }
}
