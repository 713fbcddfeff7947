import { refused } from '../../guard/model.ts';
import type { Draft, KeyType } from './draft.ts';
import type { RelationSpec } from './entries.ts';
import { languages } from './languages.ts';
import { fieldOf, onlyTarget, ruleFor, sortField } from './parts.ts';
import type { NewField } from './steps.ts';

/** Where the other end of a junction leads: one collection, or for many-to-any one of several. */
type Other = { target: string; key: KeyType } | { allowed: string[] };

/** Adds m2m, files, m2a or translations: a hidden junction, the field that shows its rows, and two relations. */
export async function addJunction(draft: Draft, collection: string, spec: RelationSpec): Promise<void> {
  const other = await otherEnd(draft, spec);
  const own = await draft.key(collection);
  const wanted = `${collection.startsWith('directus_') ? 'junction_' : ''}${collection}_${suffix(spec, other)}`;
  const junction = spec.junction ?? (await draft.freeName(short(wanted)));
  const [ownField, otherField] = fieldNames(spec, collection, own, other);
  const ends: NewField[] =
    'target' in other
      ? [endOf(otherField, other.key)]
      : [endOf(otherField, ANY_KEY), endOf(COLLECTION_FIELD, ANY_KEY)];
  await draft.addCollection({
    collection: junction,
    schema: {},
    meta: { hidden: true, icon: 'import_export' },
    fields: [
      {
        field: 'id',
        type: 'integer',
        schema: { is_primary_key: true, has_auto_increment: true },
        meta: { hidden: true },
      },
      endOf(ownField, own),
      ...ends,
      ...(spec.sort_field ? [sortField(spec.sort_field)] : []),
    ],
  });
  await draft.addField(collection, fieldOf(await withOptions(draft, spec, other)));
  if (spec.related_field && 'target' in other)
    await draft.addField(other.target, fieldOf({ field: spec.related_field, kind: 'm2m' }));
  draft.addRelation({
    collection: junction,
    field: otherField,
    related_collection: 'target' in other ? other.target : null,
    schema: 'target' in other ? { on_delete: ruleFor(spec, junction, other.target) } : null,
    meta: {
      one_field: spec.related_field ?? null,
      junction_field: ownField,
      one_deselect_action: 'nullify',
      ...('allowed' in other
        ? { one_allowed_collections: other.allowed, one_collection_field: COLLECTION_FIELD }
        : {}),
    },
  });
  draft.addRelation({
    collection: junction,
    field: ownField,
    related_collection: collection,
    schema: { on_delete: ruleFor(spec, junction, collection) },
    meta: {
      one_field: spec.field,
      junction_field: otherField,
      sort_field: spec.sort_field ?? null,
      one_deselect_action: 'nullify',
    },
  });
}

async function otherEnd(draft: Draft, spec: RelationSpec): Promise<Other> {
  if (spec.kind === 'm2a') {
    const allowed = [...new Set(spec.related ?? [])];
    if (allowed.length === 0)
      throw refused(`${spec.field}: related must list the collections m2a may lead to.`);
    for (const name of allowed) await draft.key(name);
    return { allowed };
  }
  const standard = { files: 'directus_files', translations: 'languages', m2m: undefined }[spec.kind as 'm2m'];
  const target = onlyTarget(spec, standard);
  if (spec.kind === 'translations' && !(await draft.has(target)))
    await draft.addCollection(languages(target));
  return { target, key: await draft.key(target) };
}

/** Keys of several collections are kept as text, whatever their types. */
const ANY_KEY: KeyType = { field: '', type: 'string', length: null };
const COLLECTION_FIELD = 'collection';

function endOf(field: string, { type, length }: KeyType): NewField {
  return { field, type, schema: length ? { max_length: length } : {}, meta: { hidden: true } };
}

/** What stands behind the collection's name in the name of its junction. */
function suffix({ kind, field }: RelationSpec, other: Other): string {
  if (kind === 'files' || kind === 'translations') return kind;
  return 'target' in other ? other.target : field;
}

function fieldNames(spec: RelationSpec, collection: string, own: KeyType, other: Other): [string, string] {
  const [first, second] = spec.junction_fields ?? [];
  const mine = first ?? short(`${collection}_${own.field}`);
  const standard = 'target' in other ? short(`${other.target}_${other.key.field}`) : 'item';
  return [mine, second ?? (standard === mine ? `related_${standard}` : standard)];
}

/** Room for what may still come before or behind a name, within what databases take. */
const LONGEST = 50;

function short(name: string): string {
  return name.slice(0, LONGEST);
}

/** Translations are told apart by the name of their language, where it has one. */
async function withOptions(draft: Draft, spec: RelationSpec, other: Other): Promise<RelationSpec> {
  if (spec.kind !== 'translations' || !('target' in other)) return spec;
  if (!(await draft.fields(other.target)).includes('name')) return spec;
  return { ...spec, meta: { options: { languageField: 'name' }, ...spec.meta } };
}
