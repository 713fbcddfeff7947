import * as z from 'zod';
import { readMany } from '../../directus/connection.ts';
import { ToolError } from '../../directus/errors.ts';
import { endpointOf } from '../../directus/path.ts';
import type { Key } from '../../directus/types.ts';
import { type Flow, readFlow } from '../../guard/flow-steps.ts';
import { type Outlook, outlook } from '../../guard/flows.ts';
import { UNKNOWN } from '../../guard/templates.ts';
import { quoted } from '../../guard/words.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { type Context, defineTool } from '../define.ts';
import { findByName } from '../find.ts';
import { collection, keys, object } from '../params.ts';
import type { Plan } from '../plan.ts';
import { checkKeys, readKeyed, refuseMissing } from '../rows/select.ts';
import { keyField, type Target } from '../rows/target.ts';
import { counted } from '../rows/words.ts';
import { checkInputs, inputsOf } from './inputs.ts';
import { run } from './run.ts';

/** Headers that decide who is asking, or how the request is read, are not the caller's to set. */
const OWN_HEADERS = /^(authorization|cookie|host|content-.*|transfer-encoding|connection|user-agent)$/i;

const input = z.strictObject({
  id: z.string().min(1),
  collection: collection.optional(),
  keys: keys.optional(),
  data: object.optional(),
  query: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .meta({ wire: 'hidden' }),
  headers: z.record(z.string(), z.string()).optional().meta({ wire: 'hidden' }),
});

export const triggerFlow = defineTool({
  name: 'trigger-flow',
  toolset: 'automation',
  title: 'Trigger flow',
  description: 'Run a manual flow. id: id or name; keys of items; data: its inputs.',
  actions: {
    '': {
      effect: 'automation',
      input,
      needs: (rights) => rights.may('directus_flows', 'read'),
    },
  },
  run: (context, call) => plan(context, call.input),
});

/** What everybody who may see a manual flow is told of it. */
type Manual = Pick<Flow, 'id' | 'name' | 'status' | 'trigger' | 'options'>;

async function plan(context: Context, given: z.output<typeof input>): Promise<Plan> {
  const flow = await findManual(context, given.id);
  const what = `The flow ${quoted(flow.name)}`;
  const on = collectionOf(flow, given.collection);
  const data = given.data ?? {};
  checkInputs(inputsOf(flow.options), data, what);
  const selected = [...new Set(given.keys ?? [])];
  if (flow.options?.requireSelection !== false && selected.length === 0) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${what} runs on selected items: keys is missing. It was not run.`,
      `Give the keys of the items of ${on}.`,
    );
  }
  const target: Target = { collection: on, endpoint: endpointOf(on) };
  const pk = await requireRows(context, target, selected);
  const fields = await context.schema.fields(on, context.signal);
  const headers = allowedHeaders(given.headers ?? {});
  const query = Object.fromEntries(
    Object.entries(given.query ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const body = { ...data, collection: on, keys: selected };

  const foresee = async () => {
    const whole = await readFlow(context, flow.id);
    const trigger = { path: `/trigger/${flow.id}`, query, body, method: 'POST', headers: UNKNOWN };
    return outlook(context, whole, { name: flow.name, scope: { $trigger: trigger } });
  };
  const expected = await foresee();
  const asks = flow.options?.requireConfirmation === true;
  return {
    what: `run the flow ${quoted(flow.name)}${selected.length > 0 ? ` on ${counted(selected.length, on)}` : ` on ${on}`}`,
    rows: selected.length,
    deletes: expected.deletes,
    risks: [...(asks ? ['the flow asks for a confirmation of its own'] : []), ...expected.risks],
    preview: async () => ({
      changes: [
        {
          flow: flow.name,
          ...(asks && flow.options?.confirmationDescription
            ? { asks: flow.options.confirmationDescription }
            : {}),
          ...(Object.keys(data).length > 0 ? { data } : {}),
          ...(Object.keys(query).length > 0 ? { query } : {}),
          ...(Object.keys(headers).length > 0 ? { headers } : {}),
          ...(selected.length > 0 ? { keys: selected.slice(0, 25) } : {}),
        },
        ...expected.steps.map(shown),
      ],
      permanent: expected.lasting,
    }),
    async state() {
      const now = await foresee();
      return [await findManual(context, flow.id), now.flows, await present(context, target, pk, selected)];
    },
    apply: (directus) =>
      run(context, directus, {
        flow: { id: flow.id, isAsync: flow.options?.async === true, whole: expected.flows[0] },
        target,
        pk,
        fields,
        keys: selected,
        request: { params: query, headers, body },
      }),
  };
}

async function findManual(context: Context, given: string): Promise<Manual> {
  const { directus, signal } = context;
  const kind = { endpoint: '/flows', what: 'manual flow', filter: { trigger: { _eq: 'manual' } } };
  const id = await findByName(context, kind, given);
  const query = { fields: ['id', 'name', 'status', 'trigger', 'options'], filter: { id: { _eq: id } } };
  const [flow] = await readMany<Manual>(directus, '/flows', query, { signal });
  if (flow?.status === 'active') return flow;
  throw new ToolError(
    'FORBIDDEN',
    `The flow ${quoted(flow?.name ?? given)} is inactive. It was not run.`,
    'An administrator can set its status to active.',
  );
}

/** The collection to run on, which may be left out where there is only one. */
function collectionOf(flow: Manual, given: string | undefined): string {
  const allowed = [flow.options?.collections ?? []].flat().map(String);
  const [only = ''] = allowed;
  if (given === undefined && allowed.length === 1) return only;
  if (given !== undefined && allowed.includes(given)) return given;
  throw new ToolError(
    'INVALID_PAYLOAD',
    given === undefined
      ? `The flow ${quoted(flow.name)} runs on several collections: collection is missing. It was not run.`
      : `The flow ${quoted(flow.name)} does not run on "${given.slice(0, 60)}".${didYouMean(given, allowed)} It was not run.`,
    `It runs on: ${allowed.join(', ') || 'nothing'}.`,
  );
}

/** Refuses keys that no row has. @returns the name of the primary key */
async function requireRows(context: Context, target: Target, selected: Key[]): Promise<string> {
  const pk = await keyField(context, target);
  if (selected.length === 0) return pk;
  await checkKeys(context, target, selected);
  refuseMissing(selected, await present(context, target, pk, selected), pk, target, 'run');
  return pk;
}

async function present(context: Context, target: Target, pk: string, selected: Key[]) {
  return selected.length === 0
    ? []
    : readKeyed(context, target, { fields: [pk], limit: -1, sort: [pk] }, selected);
}

function shown({ flow, step }: Outlook['steps'][number], _index: number, all: Outlook['steps']) {
  const { collection: on, permissions } = step.options ?? {};
  return {
    step: step.key,
    type: step.type,
    ...(typeof on === 'string' ? { collection: on } : {}),
    ...(permissions && permissions !== '$trigger' ? { rights: permissions } : {}),
    ...(flow === all[0]?.flow ? {} : { flow }),
  };
}

function allowedHeaders(headers: Record<string, string>): Record<string, string> {
  const own = Object.keys(headers).find((name) => OWN_HEADERS.test(name));
  if (own) throw new ToolError('INVALID_PAYLOAD', `The header "${own}" cannot be set.`, 'Leave it out.');
  return headers;
}
