import type { Field, Relation } from '../directus/types.ts';
import type { Looking } from './cascades.ts';
import type { FieldChange } from './field-change.ts';
import { refused } from './model.ts';
import { countValues, tally } from './tally.ts';

/** Refuses what would break the collection or its relations. */
export function refuseImpossible(field: Field, { type, schema }: FieldChange, relations: Relation[]): void {
  const at = `${field.collection}.${field.field}`;
  const newType = type !== undefined && type !== field.type;
  if (newType && (type === 'alias' || field.type === 'alias'))
    throw refused(
      `${at} is of type ${field.type}: a field cannot be turned into or from alias.`,
      'Create another.',
    );
  const isKey = field.schema?.is_primary_key === true;
  if (newType && isKey) throw refused(`${at} is the primary key, and its type cannot be changed.`);
  const [relation] = relations;
  if (newType && relation?.related_collection)
    throw refused(`${at} holds keys of ${relation.related_collection}, so its type follows from there.`);
  for (const name of ['is_primary_key', 'has_auto_increment'] as const) {
    const wanted = schema?.[name];
    if (wanted !== undefined && wanted !== null && wanted !== (field.schema?.[name] ?? false))
      throw refused(`schema.${name} of ${at} cannot be changed.`);
  }
  if (isKey && schema?.is_nullable === true) throw refused(`${at} is the primary key and cannot be null.`);
  const rule = relation?.schema?.on_delete?.toUpperCase();
  if (rule === 'SET NULL' && schema?.is_nullable === false)
    throw refused(
      `The relation at ${at} empties it when its row is deleted (on_delete SET NULL), so it must be nullable.`,
      'Change on_delete of the relation first.',
    );
}

/** Refuses what the database would refuse because of rows without a value. */
export async function refuseNulls(look: Looking, field: Field, { schema }: FieldChange): Promise<void> {
  if (schema?.is_nullable !== false || field.schema?.is_nullable === false) return;
  const { collection, field: name } = field;
  const count = (await tally(look, collection, { [name]: { _null: true } })) ?? 0;
  if (count === 0) return;
  throw refused(
    `${collection}.${name} is empty in ${count} ${count === 1 ? 'row' : 'rows'}, so it cannot be made not nullable.`,
    `Fill it there first: items update with query {"filter":{"${name}":{"_null":true}}}.`,
  );
}

/** Refuses what the database would refuse because of rows with the same value. */
export async function refuseRepeats(look: Looking, field: Field, { schema }: FieldChange): Promise<void> {
  if (schema?.is_unique !== true || field.schema?.is_unique === true) return;
  const { collection, field: name } = field;
  const seen = new Set<string>();
  const repeated = await countValues(look, collection, name, (value) => {
    const text = JSON.stringify(value) ?? '';
    return seen.size === seen.add(text).size;
  });
  if (repeated === 0) return;
  throw refused(
    `${collection}.${name} cannot be made unique: in ${repeated} ${repeated === 1 ? 'row' : 'rows'} it holds a value that another row holds, too.`,
    `Find them: items read with query {"aggregate":{"count":["*"]},"groupBy":["${name}"]}.`,
  );
}
