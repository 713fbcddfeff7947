import { isObject } from '../directus/objects.ts';
import type { Field } from '../directus/types.ts';
import type { Looking } from './cascades.ts';
import { refuseImpossible, refuseNulls, refuseRepeats } from './field-refusals.ts';
import { countValues, filled, valuesOf } from './tally.ts';
import { checkValue } from './values.ts';

type Row = Record<string, unknown>;

/** New settings of a field: those that are left out stay. */
export type FieldChange = { type?: string | undefined; schema?: Row | undefined; meta?: Row | undefined };

/** What a change of settings does to values that are there. */
export type Found = {
  /** What is lost, each a phrase. */
  deletes: string[];
  /** What may surprise, each a phrase. */
  risks: string[];
  /** Values concerned. */
  rows: number;
};

/**
 * Finds what a change of a field does to the values it holds.
 * @throws ToolError for what would break the collection, and for what the database would refuse because of its rows
 */
export async function inspectFieldChange(look: Looking, field: Field, change: FieldChange): Promise<Found> {
  const relations = (await look.schema.relations(look.signal)).filter(
    (one) => one.collection === field.collection && one.field === field.field,
  );
  refuseImpossible(field, change, relations);
  if (field.type === 'alias') return aliasChange(field, change);
  await refuseNulls(look, field, change);
  await refuseRepeats(look, field, change);
  const values = (await filled(look, field.collection, field.field)) ?? 0;
  if (values === 0) return { deletes: [], risks: [], rows: 0 };
  const parts = await Promise.all([
    typeChange(look, field, change, values),
    sizeChange(look, field, change),
    choiceChange(look, field, change),
  ]);
  const found = [...parts, specialChange(field, change, values)];
  return {
    deletes: found.flatMap(({ deletes }) => deletes),
    risks: found.flatMap(({ risks }) => risks),
    rows: Math.max(...found.map(({ rows }) => rows)),
  };
}

const NOTHING: Found = { deletes: [], risks: [], rows: 0 };

/** How a list is stored and shown is decided by its special; without it Directus no longer knows the list. */
function aliasChange(field: Field, { meta }: FieldChange): Found {
  if (meta?.special === undefined || same(meta.special, field.meta?.special)) return NOTHING;
  const at = `${field.collection}.${field.field}`;
  return { ...NOTHING, risks: [`${at} would be another kind of field (special)`] };
}

/** Types that hold every value of another just as well. */
const WIDER: Record<string, string[]> = {
  integer: ['bigInteger', 'float', 'decimal', 'string', 'text'],
  bigInteger: ['string', 'text'],
  float: ['string', 'text'],
  decimal: ['string', 'text'],
  uuid: ['string', 'text'],
  string: ['text'],
};

async function typeChange(look: Looking, field: Field, change: FieldChange, values: number): Promise<Found> {
  const { type } = change;
  if (type === undefined || type === field.type || WIDER[field.type]?.includes(type)) return NOTHING;
  const at = `${field.collection}.${field.field}`;
  const due: Field = { ...field, type, meta: null, schema: { max_length: longest(field, change) } };
  const odd = await countValues(look, field.collection, field.field, (value) => !fits(due, value));
  return {
    deletes: odd > 0 ? [`${valuesOf(odd, at)} that ${odd === 1 ? 'fits' : 'fit'} no ${type}`] : [],
    risks: [`${valuesOf(values, at)} would be converted from ${field.type} to ${type}`],
    rows: values,
  };
}

function fits(field: Field, value: unknown): boolean {
  try {
    checkValue(field, value, '');
    return true;
  } catch {
    return false;
  }
}

/** What a text column without a length of its own takes. */
const STANDARD_LENGTH = 255;

function longest(field: Field, { type, schema }: FieldChange): number | null {
  if ((type ?? field.type) !== 'string') return null;
  const wanted = schema?.max_length;
  if (typeof wanted === 'number') return wanted;
  return field.schema?.max_length ?? STANDARD_LENGTH;
}

async function sizeChange(look: Looking, field: Field, change: FieldChange): Promise<Found> {
  const { collection, field: name, schema } = field;
  const at = `${collection}.${name}`;
  const length = change.schema?.max_length;
  if (typeof length === 'number' && length < (schema?.max_length ?? Number.POSITIVE_INFINITY)) {
    const odd = await countValues(look, collection, name, (value) => String(value).length > length);
    return lost(odd, `the end of ${valuesOf(odd, at)} (longer than ${length} characters)`);
  }
  const { numeric_precision: precision, numeric_scale: scale } = change.schema ?? {};
  if (typeof precision !== 'number' && typeof scale !== 'number') return NOTHING;
  const after = typeof scale === 'number' ? scale : (schema?.numeric_scale ?? STANDARD_SCALE);
  const all = typeof precision === 'number' ? precision : (schema?.numeric_precision ?? STANDARD_PRECISION);
  const odd = await countValues(look, collection, name, (value) => !isWithin(Number(value), all, after));
  return lost(odd, `digits of ${valuesOf(odd, at)} (more than ${all}, ${after} of them after the point)`);
}

const STANDARD_PRECISION = 10;
const STANDARD_SCALE = 5;

function isWithin(value: number, precision: number, scale: number): boolean {
  const rounded = Number(value.toFixed(Math.min(scale, 20)));
  return rounded === value && Math.abs(value) < 10 ** (precision - scale);
}

function lost(count: number, phrase: string): Found {
  return count > 0 ? { deletes: [phrase], risks: [], rows: count } : NOTHING;
}

/** Directus replaces options as a whole; choices that rows hold are then no choices any more. */
async function choiceChange(look: Looking, field: Field, { meta }: FieldChange): Promise<Found> {
  const old = choicesOf(field.meta?.options);
  if (old.length === 0 || meta?.options === undefined) return NOTHING;
  const at = `${field.collection}.${field.field}`;
  const left = choicesOf(meta.options);
  if (left.length === 0)
    return { ...NOTHING, risks: [`options of ${at} are replaced as a whole, and the choices would be gone`] };
  const gone = new Set(old.filter((value) => !left.includes(value)));
  if (gone.size === 0) return NOTHING;
  const rows = await countValues(look, field.collection, field.field, (value) =>
    [value].flat().some((one) => gone.has(String(one))),
  );
  if (rows === 0) return NOTHING;
  return { deletes: [], risks: [`${valuesOf(rows, at)} would be no choice any more`], rows };
}

function choicesOf(options: unknown): string[] {
  const choices = isObject(options) ? options.choices : undefined;
  if (!Array.isArray(choices)) return [];
  return choices.map((choice) => String(isObject(choice) ? choice.value : choice));
}

/** `special` says how Directus reads what is stored, and what it fills in by itself. */
function specialChange(field: Field, { type, meta }: FieldChange, values: number): Found {
  const follows = type !== undefined && type !== field.type;
  if (follows || meta?.special === undefined || same(meta.special, field.meta?.special)) return NOTHING;
  const at = `${field.collection}.${field.field}`;
  return { deletes: [], risks: [`${valuesOf(values, at)} would be read otherwise (special)`], rows: values };
}

function same(a: unknown, b: unknown): boolean {
  const list = (value: unknown) => JSON.stringify([value ?? []].flat().map(String).toSorted());
  return list(a) === list(b);
}
