import { checkSystemCollection } from '../../guard/limits.ts';
import { noField, refused, requireCollection, settingsOf } from '../../guard/model.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { type Made, planAdditions } from './additions.ts';
import { type Draft, draftModel } from './draft.ts';
import { isRelation, type RelationSpec, readEntry } from './entries.ts';
import { addRelation } from './kinds.ts';
import type { NewField } from './steps.ts';

type Row = Record<string, unknown>;

/** Plans new fields of a collection, relations among them: all or none. */
export async function planFields(context: Context, collection: string, data: Row[]): Promise<Plan> {
  const { schema, settings, signal } = context;
  checkSystemCollection(collection, settings);
  await requireCollection(schema, collection, signal);
  const known = await settingsOf(schema, 'fields', signal);
  const entries = data.map((one) => readEntry(one, collection, known));
  const draft = draftModel(context);
  const relations = await addEntries(context, draft, collection, entries);
  const created = entries.map(({ field }) => ({ name: field, full: `${collection}.${field}` }));
  return planAdditions(context, draft, {
    what: `create the fields ${created.map(({ full }) => full).join(', ')}`,
    created,
    relations,
    next: hintFor(entries, draft),
  });
}

/** Adds fields and relations to the draft. @returns the relations among them */
export async function addEntries(
  context: Context,
  draft: Draft,
  collection: string,
  entries: (RelationSpec | NewField)[],
): Promise<Made[]> {
  if (entries.some((one) => !isRelation(one) && one.type !== 'alias')) await draft.key(collection);
  for (const one of entries) {
    if (isRelation(one)) await addRelation(context, draft, collection, one);
    else await draft.addField(collection, one);
  }
  await checkGroups(draft, collection, entries);
  return entries.filter(isRelation).map(({ field }) => ({ collection, field }));
}

/** A field in a group that is not there would be shown nowhere. */
export async function checkGroups(
  draft: Draft,
  collection: string,
  entries: { field: string; meta?: Row | undefined }[],
): Promise<void> {
  const names = await draft.fields(collection);
  for (const { field, meta } of entries) {
    const group = meta?.group;
    if (group === undefined || group === null) continue;
    if (group === field) throw refused(`${collection}.${field} cannot be in itself (meta.group).`);
    if (!names.includes(String(group))) throw noField(collection, String(group), names, 'meta.group');
  }
}

/** What only a person can say about translations: what is translated, and into what. */
export function hintFor(entries: (RelationSpec | NewField)[], draft: Draft): string | undefined {
  const spec = entries.filter(isRelation).find(({ kind }) => kind === 'translations');
  if (!spec) return undefined;
  const made = draft.steps.flatMap((step) => (step.make === 'collection' ? [step.body.collection] : []));
  const target = spec.related?.[0] ?? 'languages';
  const junction = made.find((name) => name !== target);
  return [
    `Create the fields that are translated in ${junction}`,
    ...(made.includes(target)
      ? [`and the languages in ${target}: {"code":"en-US","name":"English","direction":"ltr"}`]
      : []),
  ].join(' ');
}
