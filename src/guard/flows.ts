import { type Reader, readMany } from '../directus/connection.ts';
import { DirectusError, ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import type { Settings } from '../settings/schema.ts';
import { didYouMean } from '../settings/suggest.ts';

/** As much of a call's context as is asked here. */
type Caller = { directus: Reader; settings: Settings; signal: AbortSignal };

const DELETES = 'item-delete';

/** The operations every Directus has; extensions may add others. */
const OPERATIONS = [
  'condition',
  'exec',
  'item-create',
  DELETES,
  'item-read',
  'item-update',
  'json-web-token',
  'log',
  'mail',
  'notification',
  'request',
  'sleep',
  'throw-error',
  'transform',
  'trigger',
];
const TRIGGERS = ['event', 'webhook', 'schedule', 'operation', 'manual'];
const STATUSES = ['active', 'inactive'];

/** Refuses what Directus stores for a flow and then never runs. */
export async function checkFlow(_caller: Caller, data: Record<string, unknown>): Promise<void> {
  checkOneOf('trigger', data.trigger, TRIGGERS);
  checkOneOf('status', data.status, STATUSES);
  const cron = isObject(data.options) ? data.options.cron : undefined;
  if (cron !== undefined && cron !== null && !isCron(cron)) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `data.options.cron: ${JSON.stringify(cron)?.slice(0, 60)} is no schedule. Nothing was changed.`,
      'Write five or six parts: "0 8 * * 1-5" is every weekday at 8.',
    );
  }
}

const NAMED = 'sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const CRON_RANGE = `(\\*|\\?|l|(\\d{1,2}|${NAMED})(-(\\d{1,2}|${NAMED}))?)(/\\d+)?`;
const CRON_PART = new RegExp(`^${CRON_RANGE}(,${CRON_RANGE})*$`, 'i');

function isCron(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const parts = value.trim().split(/\s+/);
  return (parts.length === 5 || parts.length === 6) && parts.every((part) => CRON_PART.test(part));
}

function checkOneOf(field: string, value: unknown, known: string[]): void {
  if (value === undefined || value === null || known.includes(String(value))) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `data.${field} cannot be ${JSON.stringify(value)?.slice(0, 60)}.${didYouMean(String(value), known)} Nothing was changed.`,
    `It takes: ${known.join(', ')}.`,
  );
}

/** Refuses an operation of a type that does not exist, and one that deletes while deletes are off. */
export async function checkOperation(caller: Caller, data: Record<string, unknown>): Promise<void> {
  const { type } = data;
  if (type === undefined || type === null) return;
  if (!OPERATIONS.includes(String(type)) && !(await mayBeExtension(caller)))
    checkOneOf('type', type, OPERATIONS);
  if (type === DELETES && !caller.settings.allowDeletes) {
    throw new ToolError(
      'DELETES_OFF',
      'An operation of the type item-delete would delete, and deletes are switched off. Nothing was changed.',
      'Use another type, or have an administrator set allowDeletes.',
    );
  }
}

/** Whether an extension is installed that may bring operations of its own; their ids are told nowhere. */
async function mayBeExtension({ directus, signal }: Caller): Promise<boolean> {
  const all = await directus.request<{ schema?: { type?: string } | null }[]>('GET', '/extensions', {
    signal,
  });
  return all.some(({ schema }) => ['operation', 'bundle'].includes(schema?.type ?? ''));
}

type Step = { type: string; options: { flow?: string } | null };

/** Refuses to run a flow that deletes, or runs one that does, while deletes are off. */
export async function checkFlowDeletes(
  caller: Caller,
  flow: string,
  seen = new Set<string>(),
): Promise<void> {
  if (caller.settings.allowDeletes || seen.has(flow)) return;
  seen.add(flow);
  for (const { type, options } of await stepsOf(caller, flow)) {
    if (type === DELETES) {
      throw new ToolError(
        'DELETES_OFF',
        'This flow deletes items, and deletes are switched off. It was not run.',
        'An administrator can set allowDeletes.',
      );
    }
    if (type === 'trigger' && typeof options?.flow === 'string')
      await checkFlowDeletes(caller, options.flow, seen);
  }
}

/** Most users may not see the steps of a flow; then its maker has decided what running it may do. */
async function stepsOf({ directus, signal }: Caller, flow: string): Promise<Step[]> {
  try {
    const query = { fields: ['type', 'options'], filter: { flow: { _eq: flow } }, limit: -1 };
    return await readMany<Step>(directus, '/operations', query, { signal });
  } catch (error) {
    if (error instanceof DirectusError && error.status === 403) return [];
    throw error;
  }
}
