import { refused } from '../../guard/model.ts';
import type { KeyType } from './draft.ts';
import type { RelationSpec } from './entries.ts';
import type { NewField } from './steps.ts';

/** Studio's interface for the field of each kind; its special is the kind itself. */
const INTERFACES = {
  m2o: 'select-dropdown-m2o',
  file: 'file',
  o2m: 'list-o2m',
  m2m: 'list-m2m',
  files: 'files',
  m2a: 'list-m2a',
  translations: 'translations',
};

/** The field by which a relation is reached, as Studio makes it. */
export function fieldOf(
  spec: Pick<RelationSpec, 'field' | 'kind'> & Partial<RelationSpec>,
  key?: KeyType,
): NewField {
  const { field, kind, required, note, meta } = spec;
  return {
    field,
    type: key?.type ?? 'alias',
    schema: key ? { ...(key.length ? { max_length: key.length } : {}), ...spec.schema } : null,
    meta: {
      interface: INTERFACES[kind],
      special: [kind],
      ...(required === undefined ? {} : { required }),
      ...(note === undefined ? {} : { note }),
      ...meta,
    },
  };
}

/** The one collection that a relation of this kind leads to. */
export function onlyTarget({ field, kind, related = [] }: RelationSpec, standard?: string): string {
  const [target = standard, ...more] = related;
  if (target === undefined || more.length > 0) {
    throw refused(
      `${field}: related must name ${target === undefined ? 'the' : 'one'} collection that ${kind} leads to.`,
      more.length > 0 ? 'Several are for the kind m2a.' : undefined,
    );
  }
  if (standard === 'directus_files' && target !== standard)
    throw refused(
      `${field}: the kind ${kind} leads to directus_files, not to ${target}.`,
      'Leave related out.',
    );
  return target;
}

/** Emptied when the row it leads to goes; within one collection that would run in circles on some databases. */
export function ruleFor(spec: RelationSpec, collection: string, target: string): string {
  if (spec.on_delete) return spec.on_delete;
  return collection === target || spec.schema?.is_nullable === false ? 'NO ACTION' : 'SET NULL';
}

/** A field that keeps the order people drag rows into. */
export function sortField(field: string): NewField {
  return { field, type: 'integer', schema: {}, meta: { hidden: true } };
}
