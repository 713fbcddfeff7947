import type { Field } from '../../directus/types.ts';
import { refused } from '../../guard/model.ts';
import { tally } from '../../guard/tally.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { makeAll } from './all-or-nothing.ts';
import type { Draft } from './draft.ts';
import { describeField } from './field-line.ts';
import { storedOtherwise, warningOf } from './receipts.ts';
import { type NewField, nameOf, type Step } from './steps.ts';

/** A relation that is made: where it is reached from. */
export type Made = { collection: string; field: string };

type Words = {
  /** Words that follow "would". */
  what: string;
  /** What was asked for, as the receipt names it, and by its full name. */
  created: { name: string; full: string }[];
  relations: Made[];
  /** What is still to be done by hand. */
  next?: string | undefined;
};

/** Plans the steps of a draft: all or none of them. */
export async function planAdditions(context: Context, draft: Draft, words: Words): Promise<Plan> {
  const { steps } = draft;
  await checkNewColumns(context, steps);
  const also = steps
    .filter((step) => step.make === 'collection' || step.make === 'field')
    .map(nameOf)
    .filter((name) => !words.created.some(({ full }) => full === name));
  return {
    what: `${words.what}${also.length > 0 ? `, and with it ${also.join(', ')}` : ''}`,
    rows: 0,
    preview: async () => ({ changes: steps.map(shown) }),
    state: draft.state,
    async apply(directus) {
      await makeAll(context, directus, steps);
      const [otherwise, data] = await Promise.all([
        differences(context, steps),
        describeRelations(context, words.relations),
      ]);
      return {
        info: {
          created: words.created.map(({ name }) => name),
          ...(also.length > 0 ? { also } : {}),
          ...warningOf(otherwise),
          ...(words.next ? { next: words.next } : {}),
        },
        ...(words.relations.length > 0 ? { data } : {}),
      };
    },
  };
}

/** A step as a person reads it before it is taken. */
function shown(step: Step): Record<string, unknown> {
  switch (step.make) {
    case 'collection': {
      const { collection, schema, meta, fields } = step.body;
      const kind = schema ? { fields: fields?.map((one) => `${one.field} (${one.type})`) } : { folder: true };
      return { new: collection, ...kind, meta };
    }
    case 'field':
      return { new: nameOf(step), type: step.body.type, ...partsOf(step.body) };
    case 'relation': {
      const { related_collection, schema, meta } = step.body;
      const target = related_collection ?? [meta.one_allowed_collections].flat().join(' or ');
      return { new: nameOf(step), leadsTo: target, ...(schema ? { on_delete: schema.on_delete } : {}) };
    }
    case 'list':
      return { new: nameOf(step), is: step.field };
  }
}

function partsOf({ schema, meta }: NewField): Record<string, unknown> {
  return { ...(schema && Object.keys(schema).length > 0 ? { schema } : {}), meta };
}

/** Rows that are there already get the default of a new column, which it must then be able to hold. */
async function checkNewColumns(context: Context, steps: Step[]): Promise<void> {
  for (const step of steps) {
    if (step.make !== 'field' || !step.body.schema) continue;
    const { is_nullable, is_unique, is_primary_key, has_auto_increment, default_value } = step.body.schema;
    const at = nameOf(step);
    if (is_primary_key || has_auto_increment)
      throw refused(`${at} cannot become the primary key: a collection gets that when it is created.`);
    const given = default_value !== undefined && default_value !== null;
    if (is_nullable !== false && !(is_unique && given)) continue;
    const planned = steps.some((one) => one.make === 'collection' && one.body.collection === step.collection);
    const rows = planned ? 0 : ((await tally(context, step.collection)) ?? 0);
    if (is_nullable === false && !given && rows > 0)
      throw refused(
        `${at} cannot be made not nullable without a default: ${step.collection} has ${rows} rows.`,
        'Give schema.default_value, or create it nullable and fill it first.',
      );
    if (is_unique && given && rows > 1)
      throw refused(
        `${at} cannot be unique with a default: ${step.collection} has ${rows} rows, which would share it.`,
        'Leave schema.default_value out.',
      );
  }
}

/** Settings that Directus stored otherwise, each with what it belongs to. */
async function differences({ schema, signal }: Context, steps: Step[]): Promise<string[]> {
  const found: string[] = [];
  for (const step of steps) {
    if (step.make !== 'field' && step.make !== 'collection') continue;
    const place = step.make === 'field' ? step.collection : step.body.collection;
    const fields = step.make === 'field' ? [step.body] : (step.body.fields ?? []);
    const stored = fields.length > 0 ? await schema.fields(place, signal) : [];
    for (const asked of fields) {
      const got = stored.find((one) => one.field === asked.field);
      const paths = got ? storedOtherwise(withOwnUuids(asked, got), got) : ['is not there'];
      found.push(...paths.map((path) => `${place}.${asked.field} ${path}`));
    }
    if (step.make === 'collection') {
      const { meta } = step.body;
      const paths = storedOtherwise({ meta }, await schema.collection(place, signal));
      found.push(...paths.map((path) => `${place} ${path}`));
    }
  }
  return found;
}

/** Some databases have no type for a UUID, and then a key that is one is told as what holds it. */
function withOwnUuids(asked: NewField, { type, schema }: Field): NewField {
  return asked.type === 'uuid' && schema?.data_type === 'char' ? { ...asked, type } : asked;
}

/** What the schema now says of each new relation: its kind, where it leads, and through what. */
async function describeRelations({ schema, signal }: Context, made: Made[]) {
  const lines: Record<string, string> = {};
  const relations = await schema.relations(signal);
  for (const { collection, field } of made) {
    const known = (await schema.fields(collection, signal)).find((one) => one.field === field);
    if (known) lines[`${collection}.${field}`] = describeField(known, relations);
  }
  return lines;
}
