import { readMany } from '../../directus/connection.ts';
import { checkFilter } from '../../directus/filter.ts';
import { endpointOf } from '../../directus/path.ts';
import { primaryKey } from '../../directus/schema.ts';
import { requireCollection, requireField } from '../../guard/model.ts';
import { inspectQuery } from '../../guard/names.ts';
import type { Context } from '../define.ts';
import type { Row } from '../rows/target.ts';
import { bad, checkOneOf } from '../wrong.ts';
import { FOR_ANY, type PanelKind } from './panel-types.ts';

const NUMBERS = ['integer', 'bigInteger', 'float', 'decimal'];
const DATES = ['date', 'dateTime', 'timestamp'];

/** Refuses options of a panel whose collection, fields, function or filter it could not draw on. */
export async function checkSource(
  context: Context,
  options: Row,
  kind: PanelKind,
  at: string,
): Promise<void> {
  const { schema, signal } = context;
  for (const name of ['collection', ...Object.keys(kind.fields ?? {})])
    if (!['string', 'undefined'].includes(typeof (options[name] ?? undefined)))
      throw bad(`${at}${name}`, 'must be a name', 'Name what it draws on.');
  const collection = String(options.collection);
  await requireCollection(schema, collection, signal);
  if ((await schema.collection(collection, signal))?.meta?.singleton) {
    throw bad(
      `${at}collection`,
      `"${collection}" holds a single item, which panels do not show`,
      'Choose a collection of several items.',
    );
  }
  for (const [name, what] of Object.entries(kind.fields ?? {})) {
    const field = options[name];
    if (field === undefined || field === null || (field === '*' && kind.counts?.of === name)) continue;
    const { type } = await requireField(schema, collection, String(field), signal);
    if (what === 'date' && !DATES.includes(type)) {
      throw bad(
        `${at}${name}`,
        `"${field}" is of the type ${type}`,
        `Choose a field of the type ${DATES.join(', ')}.`,
      );
    }
  }
  await checkFunction(context, options, kind, at);
  await checkDisplay(context, collection, options.displayTemplate, at);
  if (options.filter !== undefined && options.filter !== null)
    await tryFilter(context, collection, options.filter, at);
}

/** The function, and whether the field that it is applied to can be reckoned with. */
async function checkFunction(
  { schema, signal }: Context,
  options: Row,
  { counts }: PanelKind,
  at: string,
): Promise<void> {
  if (!counts) return;
  const name = options[counts.by];
  checkOneOf(`${at}${counts.by}`, name, counts.functions);
  if (name === undefined || name === null || name === 'count') return;
  const field = options[counts.of];
  if (!field || field === '*')
    throw bad(`${at}${counts.of}`, `is missing: ${name} needs a field`, 'Name a field of the collection.');
  const { type } = await requireField(schema, String(options.collection), String(field), signal);
  if (FOR_ANY.includes(String(name)) || NUMBERS.includes(type)) return;
  if (['min', 'max'].includes(String(name)) && DATES.includes(type)) return;
  throw bad(
    `${at}${counts.by}`,
    `cannot be ${name} of "${field}", which is of the type ${type}`,
    `Take a field of numbers, or one of: ${counts.functions.filter((one) => FOR_ANY.includes(one)).join(', ')}.`,
  );
}

/** The fields of a display template must be there; those behind relations Directus is asked for. */
async function checkDisplay(
  { directus, schema, signal }: Context,
  collection: string,
  template: unknown,
  at: string,
): Promise<void> {
  if (typeof template !== 'string') return;
  const fields = [...template.matchAll(/\{\{([^{}]*)\}\}/g)].map((match) => (match[1] ?? '').trim());
  if (fields.length === 0)
    throw bad(`${at}displayTemplate`, 'names no field', 'For example "{{ title }} ({{ status }})".');
  // What begins with $ Studio makes of a file.
  const plain = fields.filter((field) => !field.includes('$'));
  for (const field of plain) if (!field.includes('.')) await requireField(schema, collection, field, signal);
  if (plain.some((field) => field.includes('.')))
    await readMany(directus, endpointOf(collection), { fields: plain, limit: 1 }, { signal });
}

/** A filter is tried, since only Directus knows all that can be wrong with one. */
async function tryFilter(
  { directus, schema, signal }: Context,
  collection: string,
  filter: unknown,
  at: string,
): Promise<void> {
  checkFilter(filter, `data.${at}filter`);
  // What variables of the dashboard stand for is only known there.
  if (JSON.stringify(filter).includes('{{')) return;
  await inspectQuery(schema, collection, { filter }, signal);
  const pk = primaryKey(await schema.fields(collection, signal))?.field ?? '*';
  await readMany(directus, endpointOf(collection), { fields: [pk], filter, limit: 1 }, { signal });
}
