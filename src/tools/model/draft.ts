import { primaryKey } from '../../directus/schema.ts';
import type { Relation } from '../../directus/types.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { checkNewName, noCollection, refused, takenBy } from '../../guard/model.ts';
import type { Context } from '../define.ts';
import type { NewCollection, NewField, NewRelation, Step } from './steps.ts';

/** The primary key of a collection, as far as fields that hold such keys follow from it. */
export type KeyType = { field: string; type: string; length: number | null };

/**
 * The data model while additions to it are planned: what exists, and what the steps so far would make. Every step is
 * checked against both before it is taken in.
 */
export type Draft = {
  steps: Step[];
  addCollection(body: NewCollection): Promise<void>;
  addField(collection: string, body: NewField): Promise<void>;
  addRelation(body: NewRelation): void;
  addList(relation: Relation, field: string, sort: string | undefined): void;
  has(collection: string): Promise<boolean>;
  /** Names of the fields of a collection, existing and new. */
  fields(collection: string): Promise<string[]>;
  /** The key of a collection that holds items. @throws ToolError when there is none of that name */
  key(collection: string): Promise<KeyType>;
  /** The name, or with a number behind it when it is taken. */
  freeName(wanted: string): Promise<string>;
  /** What all of it rests on. */
  state(): Promise<unknown>;
};

export function draftModel({ schema, settings, signal }: Context): Draft {
  const steps: Step[] = [];
  const touched = new Set<string>();
  const newCollections = () => steps.flatMap((step) => (step.make === 'collection' ? [step.body] : []));
  const drafted = (name: string) => newCollections().find((one) => one.collection === name);
  const collectionNames = async () => [
    ...(await schema.collections(signal)).map((one) => one.collection),
    ...newCollections().map((one) => one.collection),
  ];
  const fields = async (collection: string) => {
    touched.add(collection);
    const made = steps.flatMap((step) => {
      if (step.make === 'field' && step.collection === collection) return [step.body.field];
      return step.make === 'collection' && step.body.collection === collection
        ? (step.body.fields ?? []).map((one) => one.field)
        : [];
    });
    const known = drafted(collection) ? [] : await schema.fields(collection, signal);
    return [...known.map((one) => one.field), ...made];
  };
  return {
    steps,
    fields,
    has: async (name) => (await collectionNames()).includes(name),
    async addCollection(body) {
      checkNewName(body.collection, 'collection');
      const taken = takenBy(body.collection, await collectionNames());
      if (taken) throw refused(`There is a collection "${taken}" already.`);
      for (const [index, { field }] of (body.fields ?? []).entries()) {
        checkNewName(field, 'field');
        if (
          takenBy(
            field,
            (body.fields ?? []).slice(0, index).map((one) => one.field),
          )
        )
          throw refused(`${body.collection} would have the field "${field}" twice.`);
      }
      steps.push({ make: 'collection', body });
    },
    async addField(collection, body) {
      checkNewName(body.field, 'field');
      checkSystemCollection(collection, settings);
      const taken = takenBy(body.field, await fields(collection));
      if (taken) {
        throw refused(
          `${collection} has a field "${taken}" already.`,
          'Choose another name, or change the field with fields update.',
        );
      }
      steps.push({ make: 'field', collection, body });
    },
    addRelation(body) {
      steps.push({ make: 'relation', body });
    },
    addList(relation, field, sort) {
      steps.push({ make: 'list', relation, field, sort });
    },
    async key(collection) {
      const planned = drafted(collection);
      const known = planned ? undefined : primaryKey(await schema.fields(collection, signal));
      if (known) return keyOf(known, known.schema?.max_length);
      const pk = planned?.fields?.find((one) => one.schema?.is_primary_key);
      if (pk) return keyOf(pk, pk.schema?.max_length);
      const names = await collectionNames();
      if (!names.includes(collection)) throw noCollection(collection, names);
      throw refused(`${collection} holds no items, so nothing can lead there.`);
    },
    async freeName(wanted) {
      const names = await collectionNames();
      for (let number = 0; ; number++) {
        const name = number > 0 ? `${wanted}_${number}` : wanted;
        if (!takenBy(name, names)) return name;
      }
    },
    async state() {
      const seen = await Promise.all(
        [...touched].map(async (name) => [name, await schema.fields(name, signal)] as const),
      );
      const names = (await schema.collections(signal)).map((one) => one.collection);
      return { names, fields: Object.fromEntries(seen), relations: await schema.relations(signal) };
    },
  };
}

function keyOf({ field, type }: { field: string; type: string }, length: unknown): KeyType {
  return { field, type, length: type === 'string' ? Number(length) || null : null };
}
