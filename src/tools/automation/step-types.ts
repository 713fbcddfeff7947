import { readMany } from '../../directus/connection.ts';
import { ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import { requireCollection } from '../../guard/model.ts';
import { inspectPayload } from '../../guard/payload.ts';
import { rowsOf } from '../../guard/step-effects.ts';
import { fill, hasUnknown } from '../../guard/templates.ts';
import { quoted } from '../../guard/words.ts';
import { didYouMean } from '../../settings/suggest.ts';
import type { Context } from '../define.ts';
import { mayBeExtension } from '../extensions.ts';
import { bad, checkOneOf } from '../wrong.ts';
import { findFlow } from './find-flow.ts';

type Options = Record<string, unknown>;

/** An operation that every Directus has. */
type Kind = {
  /** What it does nothing without; of a list one. */
  needs: (string | string[])[];
  takes: string[];
  /** An example, where the form is easily missed. */
  example?: string;
};

const ITEMS = ['collection', 'permissions', 'emitEvents'];
const CHOICE = ['key', 'query'];

export const KINDS: Record<string, Kind> = {
  condition: {
    needs: ['filter'],
    takes: ['filter'],
    example: '{"filter":{"$trigger":{"payload":{"status":{"_eq":"published"}}}}}',
  },
  exec: {
    needs: ['code'],
    takes: ['code'],
    example: '{"code":"module.exports = async (data) => ({ ok: true });"}',
  },
  'item-create': { needs: ['collection', 'payload'], takes: [...ITEMS, 'payload'] },
  'item-read': { needs: ['collection'], takes: [...ITEMS, ...CHOICE] },
  'item-update': { needs: ['collection', 'payload'], takes: [...ITEMS, ...CHOICE, 'payload'] },
  'item-delete': { needs: ['collection', CHOICE], takes: [...ITEMS, ...CHOICE] },
  'json-web-token': { needs: ['operation'], takes: ['operation', 'payload', 'token', 'secret', 'options'] },
  log: { needs: ['message'], takes: ['message'] },
  mail: {
    needs: ['to', 'subject', ['body', 'template']],
    takes: ['to', 'cc', 'bcc', 'replyTo', 'subject', 'type', 'body', 'template', 'data'],
  },
  notification: {
    needs: ['recipient', 'subject'],
    takes: ['recipient', 'permissions', 'subject', 'message', 'collection', 'item'],
  },
  request: {
    needs: ['url', 'method'],
    takes: ['url', 'method', 'headers', 'body'],
    example: '{"url":"https://...","method":"POST","headers":[{"header":"X-Key","value":"..."}],"body":"{}"}',
  },
  sleep: { needs: ['milliseconds'], takes: ['milliseconds'] },
  'throw-error': { needs: [], takes: ['code', 'status', 'message'] },
  transform: { needs: ['json'], takes: ['json'] },
  trigger: { needs: ['flow'], takes: ['flow', 'payload', 'iterationMode', 'batchSize'] },
};

/** Refuses an operation of a type that neither Directus nor an extension has. */
export async function checkType(context: Context, type: unknown, at: string): Promise<void> {
  const known = Object.keys(KINDS);
  if (typeof type === 'string' && known.includes(type)) return;
  if (typeof type === 'string' && type && (await mayBeExtension(context, 'operation'))) return;
  checkOneOf(`${at}type`, type ?? '', known);
}

/**
 * Refuses options with which a step of this type does nothing, or not what they say. Values with templates in them
 * are only known when the flow runs and are let be.
 * @returns the options as they are to be stored
 */
export async function checkOptions(
  context: Context,
  type: string,
  given: unknown,
  at: string,
): Promise<Options> {
  const options = given ?? {};
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!isObject(options)) throw bad(`${at}options`, 'must be an object', exampleOf(type));
  if (!kind) return options;
  const stray = Object.keys(options).find((name) => !kind.takes.includes(name));
  if (stray)
    throw bad(
      `${at}options`,
      `has an unknown ${quoted(stray)}${didYouMean(stray, kind.takes)}`,
      `Options of ${type}: ${kind.takes.join(', ')}.`,
    );
  const isGiven = (name: string) => !['', null, undefined].includes(options[name] as string);
  const missing = kind.needs.find((name) => ![name].flat().some(isGiven));
  if (missing) throw bad(`${at}options.${[missing].flat().join(' or ')}`, 'is missing', exampleOf(type));
  const known = fill(options, {}) as Options;
  if (isGiven('collection') && !hasUnknown(known.collection)) {
    const { collection } = options;
    if (typeof collection !== 'string')
      throw bad(`${at}options.collection`, 'must be a name', exampleOf(type));
    await requireCollection(context.schema, collection, context.signal);
  }
  const checks = { exec: checkCode, request: checkRequest, sleep: checkSleep, condition: checkCondition };
  if (Object.hasOwn(checks, type)) checks[type as keyof typeof checks](known, `${at}options.`);
  if (type === 'item-create' || type === 'item-update')
    await checkPayload(context, type, known, `${at}options.`);
  if (type === 'trigger')
    return { ...options, flow: await innerFlow(context, options.flow, `${at}options.`) };
  return options;
}

function exampleOf(type: string): string {
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind?.example) return `For example ${kind.example}.`;
  return `Options of ${type}: ${kind?.takes.join(', ') ?? 'those of its extension'}.`;
}

function checkCode({ code }: Options, at: string): void {
  if (typeof code === 'string' && !code.includes('module.exports'))
    throw bad(`${at}code`, 'exports no function', exampleOf('exec'));
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'SEARCH'];

function checkRequest({ method, headers }: Options, at: string): void {
  if (typeof method === 'string') checkOneOf(`${at}method`, method.toUpperCase(), METHODS);
  if (headers === undefined || headers === null) return;
  if (!Array.isArray(headers) || !headers.every((one) => isObject(one) && 'header' in one && 'value' in one))
    throw bad(`${at}headers`, 'must be a list of objects with header and value', exampleOf('request'));
}

function checkSleep({ milliseconds }: Options, at: string): void {
  if (!hasUnknown(milliseconds) && !(Number(milliseconds) >= 0))
    throw bad(`${at}milliseconds`, 'must be a number', 'For example 5000 for five seconds.');
}

function checkCondition({ filter }: Options, at: string): void {
  if (hasUnknown(filter)) return;
  const rows = rowsOf(filter);
  if (rows?.length !== 1 || Object.keys(rows[0] ?? {}).length === 0)
    throw bad(`${at}filter`, 'must be a filter with at least one condition', exampleOf('condition'));
}

/** Looks through rows that are written out; what templates stand for is left out. */
async function checkPayload(
  { schema, signal }: Context,
  type: string,
  options: Options,
  at: string,
): Promise<void> {
  const { collection, payload } = options;
  const rows = rowsOf(payload);
  if (type === 'item-update' && !Array.isArray(payload) && rows && !options.key && !options.query)
    throw bad(
      `${at}key or query`,
      'is missing: it would update nothing',
      'For example key:"{{ $trigger.body.keys }}".',
    );
  if (typeof payload === 'string' && !rows && !/\{\{/.test(payload))
    throw bad(`${at}payload`, 'is no JSON object', 'Give an object of fields and values.');
  if (!rows || typeof collection !== 'string') return;
  const known = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, hasUnknown(value) ? undefined : value]),
    ),
  );
  try {
    await inspectPayload(schema, collection, known, signal, true);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(
      error.code,
      `data.${at}payload: ${error.message} Nothing was changed.`,
      error.next,
      error.details,
    );
  }
}

/** The id of the flow that a step runs; refuses one that cannot be run so. */
async function innerFlow(context: Context, given: unknown, at: string): Promise<unknown> {
  if (typeof given !== 'string' || given.includes('{{')) return given;
  const id = await findFlow(context, given);
  const query = { fields: ['trigger', 'name'], filter: { id: { _eq: id } } };
  const [flow] = await readMany<{ trigger: string | null; name: string }>(context.directus, '/flows', query, {
    signal: context.signal,
  });
  if (flow?.trigger === 'operation') return id;
  throw bad(
    `${at}flow`,
    `names a flow that is triggered by ${flow?.trigger ?? 'nothing'}, and a step runs only those triggered by operation`,
    'Use another flow, or set its trigger to operation.',
  );
}
