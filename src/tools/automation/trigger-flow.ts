import * as z from 'zod';
import { readMany } from '../../directus/connection.ts';
import { ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import { checkFlowDeletes } from '../../guard/flows.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { type Context, defineTool } from '../define.ts';
import { collection, keys, object } from '../params.ts';

type Flow = {
  id: string;
  name: string;
  status: string;
  trigger: string | null;
  options: {
    collections?: string[];
    requireSelection?: boolean;
    fields?: { field: string; meta?: { required?: boolean } | null }[] | null;
  } | null;
};

/** Headers that decide who is asking, or how the request is read, are not the caller's to set. */
const OWN_HEADERS = /^(authorization|cookie|host|content-.*|transfer-encoding|connection|user-agent)$/i;

export const triggerFlow = defineTool({
  name: 'trigger-flow',
  toolset: 'automation',
  title: 'Trigger flow',
  description:
    'Run a manual flow on items: id of the flow, collection, keys of the items, data for the inputs it asks for.',
  actions: {
    '': {
      effect: 'automation',
      input: z.strictObject({
        id: z.string().min(1),
        collection,
        keys: keys.optional(),
        data: object.optional(),
        query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
        headers: z.record(z.string(), z.string()).optional(),
      }),
      needs: (rights) => rights.may('directus_flows', 'read'),
    },
  },
  async run(context, { input }) {
    const flow = await findFlow(context, input.id);
    checkInputs(flow, input);
    await checkFlowDeletes(context, flow.id);
    const headers = allowedHeaders(input.headers ?? {});
    const { keys: selected = [] } = input;
    return {
      what: `run the flow "${flow.name}" on ${selected.length} rows of ${input.collection}`,
      rows: selected.length,
      preview: async () => ({ permanent: ['what the flow does'] }),
      state: async () => flow,
      async apply(directus) {
        const answer = await directus.fetch('POST', path`/flows/trigger/${flow.id}`, {
          params: Object.fromEntries(
            Object.entries(input.query ?? {}).map(([name, value]) => [name, String(value)]),
          ),
          headers,
          body: { ...input.data, collection: input.collection, keys: selected },
          signal: context.signal,
        });
        const text = await answer.text();
        return { info: { triggered: flow.id }, ...(text ? { data: parsed(text) } : {}) };
      },
    };
  },
});

async function findFlow({ directus, signal }: Context, id: string): Promise<Flow> {
  const flows = await readMany<Flow>(
    directus,
    '/flows',
    {
      fields: ['id', 'name', 'status', 'trigger', 'options'],
      filter: { trigger: { _eq: 'manual' } },
      limit: -1,
    },
    { signal },
  );
  const flow = flows.find((one) => one.id === id);
  if (flow?.status === 'active') return flow;
  if (flow)
    throw new ToolError(
      'FORBIDDEN',
      `The flow "${flow.name}" is inactive.`,
      'An administrator can set its status to active.',
    );
  const active = flows.filter(({ status }) => status === 'active').map((one) => `${one.id} (${one.name})`);
  throw new ToolError(
    'NOT_FOUND',
    `There is no manual flow with the id "${id}".${didYouMean(
      id,
      flows.map((one) => one.id),
    )}`,
    active.length > 0 ? `Manual flows: ${active.join(', ')}.` : 'There is no active manual flow.',
  );
}

function checkInputs(
  flow: Flow,
  input: { collection: string; keys?: unknown[] | undefined; data?: Record<string, unknown> | undefined },
): void {
  const allowed = flow.options?.collections ?? [];
  if (!allowed.includes(input.collection)) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `The flow does not run on "${input.collection}".`,
      `It runs on: ${allowed.join(', ') || 'nothing'}.`,
    );
  }
  if (flow.options?.requireSelection !== false && !input.keys) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      'The flow runs on selected items: keys is missing.',
      'Give the keys of the items.',
    );
  }
  const fields = flow.options?.fields ?? [];
  const missing = fields.filter(({ field, meta }) => meta?.required && (input.data?.[field] ?? '') === '');
  if (missing.length > 0) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `The flow needs data.${missing.map(({ field }) => field).join(', data.')}.`,
      'Ask for what is not known.',
    );
  }
}

function allowedHeaders(headers: Record<string, string>): Record<string, string> {
  const own = Object.keys(headers).find((name) => OWN_HEADERS.test(name));
  if (own) throw new ToolError('INVALID_PAYLOAD', `The header "${own}" cannot be set.`, 'Leave it out.');
  return headers;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
