import { isObject } from '../../directus/objects.ts';
import { isCron } from '../../guard/cron.ts';
import { requireCollection } from '../../guard/model.ts';
import { quoted } from '../../guard/words.ts';
import { didYouMean } from '../../settings/suggest.ts';
import type { Context } from '../define.ts';
import { bad, checkOneOf } from '../wrong.ts';

const STATUSES = ['active', 'inactive'];
const ACCOUNTABILITY = ['all', 'activity'];

/** Per trigger the options it has in Studio. */
const OPTIONS: Record<string, string[]> = {
  event: ['type', 'scope', 'collections', 'return'],
  webhook: ['method', 'async', 'return', 'cacheEnabled', 'cacheQueryParams', 'error_on_reject'],
  schedule: ['cron'],
  operation: ['return'],
  manual: [
    ...[
      'collections',
      'location',
      'requireSelection',
      'fields',
      'requireConfirmation',
      'confirmationDescription',
    ],
    ...['async', 'return', 'error_on_reject'],
  ],
};

/** Events on items, which need collections. */
const ON_ITEMS = ['items.create', 'items.update', 'items.delete', 'items.promote', 'items.sort'];

type Row = Record<string, unknown>;

/**
 * Refuses what Directus stores for a flow and then never runs, or runs otherwise than was meant.
 * @param flow as it would be
 * @param said what of it the call says; the rest was there before and is let be
 */
export async function checkTrigger(context: Context, flow: Row, said: Row): Promise<void> {
  checkOneOf('status', said.status, STATUSES);
  checkOneOf('trigger', said.trigger, Object.keys(OPTIONS));
  checkOneOf('accountability', said.accountability, ACCOUNTABILITY);
  if (said.options === undefined && said.trigger === undefined) return;
  const trigger = String(flow.trigger ?? '');
  const known = OPTIONS[trigger];
  if (!known) return;
  const options = flow.options ?? {};
  if (!isObject(options))
    throw bad('options', 'must be an object', `Options of ${trigger}: ${known.join(', ')}.`);
  const stray = Object.keys(options).find((name) => !known.includes(name));
  if (stray && said.options !== undefined)
    throw bad(
      'options',
      `has an unknown ${quoted(stray)}${didYouMean(stray, known)}`,
      `Options of ${trigger}: ${known.join(', ')}.`,
    );
  if (trigger === 'event') await checkEvent(context, options);
  if (trigger === 'webhook') checkOneOf('options.method', options.method, ['GET', 'POST']);
  if (trigger === 'schedule' && !isCron(options.cron)) {
    throw bad(
      'options.cron',
      `${JSON.stringify(options.cron)?.slice(0, 60) ?? 'missing'} is no schedule`,
      'Write five or six parts: "0 8 * * 1-5" is every weekday at 8.',
    );
  }
  if (trigger === 'manual') await checkManual(context, options);
}

async function checkEvent(context: Context, options: Row): Promise<void> {
  if (options.type === undefined || options.type === null) {
    throw bad(
      'options.type',
      'is missing',
      'filter: before the change, which it can alter or stop; action: after it.',
    );
  }
  checkOneOf('options.type', options.type, ['filter', 'action']);
  const scope = listOf(
    'options.scope',
    options.scope,
    `For example ["${ON_ITEMS.slice(0, 3).join('","')}"].`,
  );
  const odd = scope.find((event) => event.startsWith('items.') && !ON_ITEMS.includes(event));
  if (odd)
    throw bad(
      'options.scope',
      `has an unknown event ${quoted(odd)}${didYouMean(odd, ON_ITEMS)}`,
      `Events: ${ON_ITEMS.join(', ')}.`,
    );
  if (scope.some((event) => ON_ITEMS.includes(event))) await checkCollections(context, options);
}

async function checkManual(context: Context, options: Row): Promise<void> {
  await checkCollections(context, options);
  checkOneOf('options.location', options.location, ['both', 'collection', 'item']);
  const { fields } = options;
  if (fields === undefined || fields === null) return;
  const names = Array.isArray(fields)
    ? fields.map((field) => (isObject(field) ? field.field : undefined))
    : [];
  if (!Array.isArray(fields) || !names.every((name) => typeof name === 'string' && /^\w+$/.test(name))) {
    throw bad(
      'options.fields',
      'must be a list of inputs',
      'For example [{"field":"note","type":"string","name":"Note","meta":{"interface":"input","required":true}}].',
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw bad('options.fields', `has ${quoted(twice)} twice`, 'Give each input its own name.');
}

async function checkCollections({ schema, signal }: Context, options: Row): Promise<void> {
  const names = listOf('options.collections', options.collections, 'Name the collections it runs on.');
  for (const name of names) await requireCollection(schema, name, signal);
}

function listOf(at: string, value: unknown, next: string): string[] {
  const list = typeof value === 'string' && value ? [value] : value;
  if (Array.isArray(list) && list.length > 0 && list.every((name) => typeof name === 'string')) return list;
  throw bad(at, 'must be a list of at least one name', next);
}
