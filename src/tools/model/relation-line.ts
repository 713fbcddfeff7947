import type { Field, Relation } from '../../directus/types.ts';

/** The relation a field stands for, with where it leads and through what; undefined for plain fields. */
export function relationLine(field: Field, relations: Relation[]): string | undefined {
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
  const order = toMany.meta?.sort_field ? ` by ${toMany.meta.sort_field}` : '';
  return `${toManyLine(field, toMany, relations)}${order}`;
}

function toManyLine(field: Field, toMany: Relation, relations: Relation[]): string {
  const junction = toMany.collection;
  const other = relations.find(
    (one) => one.collection === junction && one.field === toMany.meta?.junction_field,
  );
  if (!other) return `o2m ${junction}.${toMany.field}`;
  if (other.related_collection)
    return `${kindOf(field, other)} ${other.related_collection} via ${junction}(${toMany.field},${other.field})`;
  const allowed = other.meta?.one_allowed_collections?.join('|') ?? '';
  return `m2a ${allowed} via ${junction}(${toMany.field},${other.meta?.one_collection_field},${other.field})`;
}

function kindOf({ meta }: Field, { related_collection: target }: Relation): string {
  if (meta?.special?.includes('translations')) return 'translations';
  return target === 'directus_files' ? 'files' : 'm2m';
}
