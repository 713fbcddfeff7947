import { isObject } from '../../directus/objects.ts';
import { checkKnown, refused } from '../../guard/model.ts';

type Row = Record<string, unknown>;

/** The many side, by which a relation is named. */
export type Place = { collection: string; field: string };

/** `data` of a relation, in Directus's own shape. */
export type RelationData = {
  related_collection?: string | null | undefined;
  schema?: Row | undefined;
  meta?: Row | undefined;
};

const PARTS = ['collection', 'field', 'related_collection', 'schema', 'meta'];
const RULES = ['on_delete', 'on_update'];
/** What Directus tells of a foreign key and takes back without a change. */
const TOLD = [
  'table',
  'column',
  'foreign_key_table',
  'foreign_key_column',
  'foreign_key_schema',
  'constraint_name',
];

/**
 * Reads `data` strictly.
 * @param known settings that a relation has
 * @throws ToolError for what Directus would drop, and for what it would end over
 */
export function readRelation(data: Row, place: Place, known: string[]): RelationData {
  const at = `${place.collection}.${place.field}`;
  checkKnown(data, PARTS, 'data');
  // Directus writes what data says and reads back what the arguments say; where they differ, nobody knows what is meant.
  if (
    (data.collection ?? place.collection) !== place.collection ||
    (data.field ?? place.field) !== place.field
  )
    throw refused(
      'data names another collection or field than the call.',
      'Leave collection and field out of data.',
    );
  const { related_collection: target, schema, meta } = data;
  if (target !== undefined && target !== null && typeof target !== 'string')
    throw refused('data.related_collection must name a collection, or be null for many-to-any.');
  for (const [part, value] of Object.entries({ schema, meta })) {
    if (value !== undefined && value !== null && !isObject(value))
      throw refused(`data.${part} must be an object.`);
  }
  const rules = isObject(schema)
    ? Object.fromEntries(Object.entries(schema).filter(([key]) => !TOLD.includes(key)))
    : undefined;
  if (rules) checkKnown(rules, RULES, `schema of ${at}`);
  if (isObject(meta)) checkKnown(meta, known, `meta of ${at}`);
  return {
    ...(target === undefined ? {} : { related_collection: target }),
    ...(rules ? { schema: rules } : {}),
    ...(isObject(meta) ? { meta } : {}),
  };
}
