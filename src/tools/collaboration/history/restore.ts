import { isSystem } from '../../../directus/schema.ts';
import type { Field } from '../../../directus/types.ts';
import { isSecret, UNSET } from '../../../guard/undoable.ts';
import type { Context } from '../../define.ts';
import { isStamp, type Past, pastOf, type Question, type Revision, type Row, valueIn } from './past.ts';
import { keyOf, nameOf, omit, ownOf, type Part, pick, rememberedOf, type Step, type Steps } from './step.ts';
import type { Touch } from './touches.ts';
import { rowName } from './words.ts';

/** A row that was updated, with what is to be found out of its past. */
type Updated = {
  touch: Touch;
  item: string;
  own: Revision[];
  /** Fields that were changed and can be put back. */
  names: string[];
  was: Row;
  question: Question;
};

/** Steps that put rows back to what they were: only the fields that the change touched. */
export async function restorations(context: Context, part: Part): Promise<Steps> {
  const lost: string[] = [];
  const updated = part.touches
    .filter(({ did }) => did === 'updated')
    .flatMap((touch) => lookAt(part, touch, lost) ?? []);
  const asked = updated.map(({ question }) => question).filter(({ fields }) => fields.length > 0);
  const pasts = await pastOf(context, part.collection, asked);
  const steps = updated.map((one) => {
    const past = pasts.get(one.item);
    for (const name of past?.unknown ?? [])
      lost.push(`${name} of ${rowName(part.collection, one.item)}: no revision tells what it was`);
    return stepFor(part, one, past);
  });
  return { steps, lost };
}

/** @param lost gets what cannot be put back, each a phrase */
function lookAt(part: Part, touch: Touch, lost: string[]): Updated | undefined {
  const { collection, fields, pk, kept, stamps } = part;
  const { item } = touch;
  const own = ownOf(touch, part);
  if (own.length === 0) {
    const why = kept === 'activity' ? `${collection} keeps no revisions` : 'its revision is gone';
    lost.push(`${rowName(collection, item)}: ${why}`);
    return undefined;
  }
  const touched = new Set(own.flatMap(({ delta }) => Object.keys(delta ?? {})));
  const known = fields.filter(({ field }) => touched.has(field));
  for (const { field } of known.filter(isSecret))
    lost.push(`${field} of ${rowName(collection, item)}: nobody can read what it was`);
  for (const [name, why] of Object.entries(UNSET[collection] ?? {}))
    if (touched.has(name)) lost.push(`${rowName(collection, item)}: ${why}`);
  const kinds = (test: (field: Field) => boolean) => known.filter(test).map(({ field }) => field);
  const left = [...kinds(isStamp), ...kinds(isSecret), ...fixedIn(collection), pk.field];
  const names = [...touched].filter((name) => !left.includes(name));
  const was = rememberedOf(part, item, 'changed');
  const asked = known.filter(({ field }) => names.includes(field) && !(field in was));
  if (stamps && !isSystem(collection)) asked.push(...known.filter(isStamp));
  return { touch, item, own, names, was, question: { item, before: own[0]?.id, fields: asked } };
}

/** Fields that are never put back: what nobody can set, and what a field is called and where it is. */
function fixedIn(collection: string): string[] {
  if (collection === 'directus_fields') return ['collection', 'field'];
  return collection === 'directus_versions' ? ['delta', 'hash', 'item', 'collection'] : [];
}

function stepFor(part: Part, { touch, item, own, names, was }: Updated, past: Past | undefined): Step {
  const { collection, pk, fields } = part;
  const newest = own.toReversed();
  const leftIn = (name: string) =>
    newest.map((one) => valueIn(one, name, item, pk.field)).find((value) => value !== undefined);
  const values = pick({ ...past?.values, ...was }, names);
  const then = omit(past?.values ?? {}, names);
  // A field that is gone has no value to put back, and that is found when the step is checked.
  const compared = names.filter((name) => name in values || !fields.some(({ field }) => field === name));
  const step: Step = {
    collection,
    key: keyOf(item, pk),
    ...nameOf(touch),
    kind: 'restore',
    values,
    left: Object.fromEntries(compared.map((name) => [name, leftIn(name)])),
  };
  if (Object.keys(then).length === 0) return step;
  const now = Object.fromEntries(Object.keys(then).map((name) => [name, leftIn(name)]));
  return { ...step, stamps: { now, then } };
}
