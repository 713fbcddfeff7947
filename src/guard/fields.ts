import { UnseenError } from '../directus/errors.ts';
import type { Schema } from '../directus/schema.ts';
import type { Field } from '../directus/types.ts';
import { didYouMean } from '../settings/suggest.ts';

/**
 * The field, from a schema that is read anew before a name is called unknown.
 * @param where the part of the call that names it
 */
export async function findField(
  schema: Schema,
  collection: string,
  name: string,
  where: string,
  signal?: AbortSignal,
): Promise<Field> {
  const find = async () => (await schema.fields(collection, signal)).find((field) => field.field === name);
  const known = await find();
  if (known) return known;
  schema.forget();
  const found = await find();
  if (found) return found;
  const names = (await schema.fields(collection, signal)).map((field) => field.field);
  if (names.length === 0) {
    throw new UnseenError(
      'FORBIDDEN',
      `There is no collection "${collection}" that you may see.`,
      { collection },
      'Call schema without keys for a list.',
    );
  }
  throw new UnseenError(
    'INVALID_PAYLOAD',
    `${where}: ${collection} has no field "${name}".${didYouMean(name, names)}`,
    { collection, fields: [name] },
    `Fields of ${collection}: ${names.join(', ')}.`,
  );
}
