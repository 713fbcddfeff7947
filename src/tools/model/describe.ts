import { isObject } from '../../directus/objects.ts';
import type { Collection, Field, Relation } from '../../directus/types.ts';

/** One collection, densely: what it is, and a line for each field that holds or leads to something. */
export function describeCollection(
  collection: Collection | undefined,
  fields: Field[],
  relations: Relation[],
): Record<string, unknown> {
  const meta = collection?.meta;
  return {
    ...(meta?.note && !meta.note.startsWith('$t') ? { note: meta.note } : {}),
    ...(meta?.singleton ? { singleton: true } : {}),
    ...(meta?.archive_field ? { archive: `${meta.archive_field}=${meta.archive_value ?? ''}` } : {}),
    ...(meta?.sort_field ? { sort: meta.sort_field } : {}),
    ...(meta?.display_template ? { template: meta.display_template } : {}),
    ...(meta?.versioning ? { versioning: true } : {}),
    fields: Object.fromEntries(
      fields.filter(holdsSomething).map((field) => [field.field, describeField(field, relations)]),
    ),
  };
}

/** Groups, dividers and notices of Studio's form hold nothing. */
function holdsSomething(field: Field): boolean {
  return field.type !== 'alias' || !field.meta?.special?.includes('no-data');
}

function describeField(field: Field, relations: Relation[]): string {
  const { meta, schema } = field;
  const parts = [relationOf(field, relations) ?? typeOf(field)];
  if (schema?.is_primary_key) parts.push('pk');
  if (schema?.has_auto_increment) parts.push('auto');
  if (isRequired(field)) parts.push('*');
  if (schema?.is_unique && !schema.is_primary_key) parts.push('unique');
  if (meta?.readonly) parts.push('readonly');
  parts.push(...automatic(field));
  const standard = schema?.default_value;
  if (standard !== null && standard !== undefined)
    parts.push(`=${typeof standard === 'string' ? standard : JSON.stringify(standard)}`);
  const choices = choicesOf(field);
  if (choices) parts.push(`{${choices}}`);
  if (isObject(meta?.validation)) parts.push(`valid if ${JSON.stringify(meta.validation)}`);
  if (meta?.note && !meta.note.startsWith('$t')) parts.push(`- ${meta.note}`);
  return parts.join(' ');
}

function isRequired({ meta, schema }: Field): boolean {
  if (meta?.required) return true;
  return (
    schema?.is_nullable === false &&
    schema.default_value === null &&
    !schema.has_auto_increment &&
    !schema.is_primary_key
  );
}

function typeOf(field: Field): string {
  const rich = field.meta?.interface;
  const kind =
    rich === 'input-rich-text-html' ? 'html' : rich === 'input-rich-text-md' ? 'markdown' : field.type;
  const longest = field.schema?.max_length;
  return longest && longest < 255 ? `${kind}(${longest})` : kind;
}

/** What Directus fills in by itself. */
function automatic({ meta }: Field): string[] {
  const own = meta?.special?.filter((special) => /^(date|user|role)-(created|updated)$/.test(special)) ?? [];
  return own.length > 0 ? [`auto(${own.join(',')})`] : [];
}

const MOST_CHOICES = 20;

function choicesOf({ meta }: Field): string | undefined {
  const choices = meta?.options?.choices;
  if (!Array.isArray(choices) || choices.length === 0) return undefined;
  const values = choices.map((choice) => (isObject(choice) ? String(choice.value) : String(choice)));
  return values.slice(0, MOST_CHOICES).join('|') + (values.length > MOST_CHOICES ? '|…' : '');
}

/** The relation a field stands for, with where it leads; undefined for plain fields. */
function relationOf(field: Field, relations: Relation[]): string | undefined {
  const { collection, field: name } = field;
  const toOne = relations.find((one) => one.collection === collection && one.field === name);
  if (toOne?.related_collection)
    return `${toOne.related_collection === 'directus_files' ? 'file' : 'm2o'} ${toOne.related_collection}`;
  if (toOne)
    return `any of ${toOne.meta?.one_allowed_collections?.join('|') ?? ''} (${toOne.meta?.one_collection_field})`;

  const toMany = relations.find(
    (one) => one.related_collection === collection && one.meta?.one_field === name,
  );
  if (!toMany) return undefined;
  const junction = toMany.collection;
  const other = relations.find(
    (one) => one.collection === junction && one.field === toMany.meta?.junction_field,
  );
  if (!other) return `o2m ${junction}.${toMany.field}`;
  if (other.related_collection) {
    const kind = field.meta?.special?.includes('translations') ? 'translations' : 'm2m';
    return `${kind} ${other.related_collection} via ${junction}(${toMany.field},${other.field})`;
  }
  const allowed = other.meta?.one_allowed_collections?.join('|') ?? '';
  return `m2a ${allowed} via ${junction}(${toMany.field},${other.meta?.one_collection_field},${other.field})`;
}
