import { ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import type { Field } from '../../directus/types.ts';
import { type FieldChange, type Found, inspectFieldChange } from '../../guard/field-change.ts';
import { checkSystemCollection } from '../../guard/limits.ts';
import { refused, requireField, settingsOf } from '../../guard/model.ts';
import { LOST } from '../../guard/undoable.ts';
import type { Context } from '../define.ts';
import { inTurn } from '../in-turn.ts';
import type { Plan } from '../plan.ts';
import { checkGroups } from './create-fields.ts';
import { draftModel } from './draft.ts';
import { checkType, columnOf, metaOf, specialFor } from './entries.ts';
import { becomingSettings, changedSettings, storedOtherwise, warningOf } from './receipts.ts';

type Row = Record<string, unknown>;
type Change = { before: Field; asked: FieldChange; found: Found };

/** Plans new settings for fields of a collection; what is not named stays. */
export async function planFieldUpdates(context: Context, collection: string, data: Row[]): Promise<Plan> {
  const { schema, settings, signal } = context;
  checkSystemCollection(collection, settings);
  const known = await settingsOf(schema, 'fields', signal);
  const changes: Change[] = [];
  for (const given of data) {
    const before = await requireField(schema, collection, nameIn(given), signal);
    if (changes.some((one) => one.before.field === before.field))
      throw refused(`data names ${collection}.${before.field} twice.`);
    const asked = readChange(before, given, known);
    changes.push({ before, asked, found: await inspectFieldChange(context, before, asked) });
  }
  const draft = draftModel(context);
  await checkGroups(
    draft,
    collection,
    changes.map(({ before, asked }) => ({ field: before.field, meta: asked.meta })),
  );
  const at = ({ before }: Change) => `${collection}.${before.field}`;
  const found = changes.map((one) => one.found);
  return {
    what: `change the ${changes.length === 1 ? 'field' : 'fields'} ${changes.map(at).join(', ')}`,
    rows: found.reduce((sum, { rows }) => sum + rows, 0),
    deletes: found.flatMap(({ deletes }) => deletes),
    risks: found.flatMap(({ risks }) => risks),
    preview: async () => ({
      changes: changes.map(({ before, asked }) => ({
        field: before.field,
        changed: becomingSettings(before, asked),
      })),
      permanent: [
        ...(found.some(({ deletes }) => deletes.length > 0)
          ? ['the values that are lost: what a column held is kept only in revisions, and not for every row']
          : []),
        ...(changes.some(({ asked }) => asked.schema || asked.type) ? [LOST.column] : []),
      ],
    }),
    state: async () => changes,
    async apply(directus) {
      try {
        await inTurn(
          changes,
          'changed',
          ({ before, asked }) =>
            directus.request('PATCH', path`/fields/${collection}/${before.field}`, {
              // Directus notes activity only where settings of its own are written as well.
              body: { ...(before.meta ? { meta: {} } : {}), ...asked, field: before.field },
              signal,
            }),
          at,
        );
      } finally {
        schema.forget();
      }
      const after = await schema.fields(collection, signal);
      refuseGone(changes, after);
      return receiptOf(changes, after);
    },
  };
}

/** Of a field that somebody deletes meanwhile, Directus makes new settings without a column, and reports success. */
function refuseGone(changes: Change[], after: Field[]): void {
  const hasNoColumn = (name: string) => !after.find(({ field }) => field === name)?.schema;
  const gone = changes.filter(({ before }) => before.schema && hasNoColumn(before.field));
  if (gone.length === 0) return;
  const names = gone.map(({ before }) => before.field).join(', ');
  throw new ToolError(
    'CHANGED_MEANWHILE',
    `${names} was deleted during this call. The change may or may not have been made, as settings without a column.`,
    'Read the fields, and delete what is left of it with fields, action delete, before you create it again.',
  );
}

function nameIn({ field }: Row): string {
  if (typeof field === 'string' && field) return field;
  throw refused('Each entry of data needs the name of its field.', 'Write {"field":"name","meta":{...}}.');
}

function readChange(before: Field, given: Row, known: string[]): FieldChange {
  const { field, collection, type, schema, meta, ...rest } = given;
  const at = `${before.collection}.${before.field}`;
  const [stray] = Object.keys(rest);
  if (stray !== undefined) {
    throw refused(
      `${at}: "${stray.slice(0, 60)}" is no setting of an existing field.`,
      'Settings are in type, schema and meta; a relation is changed with the tool relations.',
    );
  }
  if (collection !== undefined && collection !== before.collection)
    throw refused(`${at} says it belongs to another collection.`, 'Leave collection out of data.');
  if (type !== undefined && type !== null) checkType(String(type), at);
  const newType = typeof type === 'string' && type !== before.type ? type : undefined;
  const self = { field: before.field, collection: before.collection };
  const settings = withSpecial(before, metaOf(meta, known, self), newType);
  const column = columnOf(schema, at, before.schema ?? {});
  const hasColumn = column && Object.keys(column).length > 0 && before.type !== 'alias';
  const asked: FieldChange = {
    ...(newType ? { type: newType } : {}),
    // Directus looks at the type only when there are settings of the column.
    ...(hasColumn || newType ? { schema: column ?? {} } : {}),
    ...(settings && Object.keys(settings).length > 0 ? { meta: settings } : {}),
  };
  if (Object.keys(asked).length > 0) return asked;
  throw refused(`There is nothing to change for ${at}.`, 'Give type, schema or meta with new values.');
}

/** A new type brings its special with it, in the place of what told how the old one is read. */
function withSpecial(before: Field, meta: Row | undefined, type: string | undefined): Row | undefined {
  if (!type) return meta;
  const old = specialFor(before.type, [])?.[0];
  const had = (before.meta?.special ?? []).filter((one) => one !== old && !one.startsWith('cast-'));
  const wanted = [meta?.special ?? had].flat();
  return { ...meta, special: specialFor(type, wanted) ?? (wanted.length > 0 ? wanted : null) };
}

function receiptOf(changes: Change[], fields: Field[]) {
  const after = (name: string) => fields.find((one) => one.field === name);
  const data = changes.map(({ before }) => ({
    field: before.field,
    changed: changedSettings(before, after(before.field)),
  }));
  const otherwise = changes.flatMap(({ before, asked }) =>
    storedOtherwise(asked, after(before.field)).map((path) => `${before.field} ${path}`),
  );
  const unchanged = data.filter(({ changed }) => Object.keys(changed).length === 0).map(({ field }) => field);
  return {
    info: {
      updated: changes.map(({ before }) => before.field),
      ...(unchanged.length > 0 ? { unchanged } : {}),
      ...warningOf(otherwise),
    },
    data: data.filter(({ changed }) => Object.keys(changed).length > 0),
  };
}
