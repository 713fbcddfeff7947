import * as z from 'zod';

/**
 * Parameters that several tools share. They say what is right; `server/wire.ts` derives what models see, and
 * `input.ts` makes sense of JSON sent as text before these are asked.
 */

/** A primary key. Models see a list of strings; numbers are taken as well. */
export const key = z.union([z.string().min(1), z.int()]);

/** Directus itself fails over names that every object of its language has. */
export const collection = z
  .string()
  .min(1)
  .refine((name) => !(name in {}), 'cannot be the name of a collection');

export const keys = z.array(key).min(1, 'is an empty list: give at least one key').max(10_000);

/** Any JSON object. */
export const object = z.record(z.string(), z.unknown());

/** One or more objects; one alone is taken as a list of one. */
export const objects = z.array(object).min(1, 'is an empty list').max(10_000);

/** Taken, but not shown to models: too rarely of use to be paid for in every conversation. */
function hidden<T extends z.ZodType>(type: T): T {
  return type.meta({ wire: 'hidden' });
}

const names = z.array(z.string().min(1));

/** Directus's query object, whole and strict. */
export const query = z.strictObject({
  fields: names.optional(),
  filter: object.optional(),
  sort: names.optional(),
  limit: z.int().min(-1, 'must be a number of rows, or -1 for all').optional(),
  offset: z.int().min(0).optional(),
  search: z.string().optional(),
  aggregate: object.optional(),
  groupBy: names.optional(),
  deep: object.optional(),
  version: z.string().optional(),
  page: hidden(z.int().min(1, 'must be 1 or more').optional()),
  alias: hidden(object.optional()),
  versionRaw: hidden(z.boolean().optional()),
  backlink: hidden(z.boolean().optional()),
});

/** The same query where models have seen it in full before: taken whole, described in a line. */
export const sameQuery = query.meta({
  wire: 'brief',
  description: 'as in items',
});

/** The same where few need it: taken, and named by the reply that has more to tell than it shows. */
export const rareQuery = hidden(query);

export type Query = z.output<typeof query>;

/** Where a list goes on, as the list before it says. */
export const page = hidden(
  z.strictObject({ limit: z.int().min(1).optional(), offset: z.int().min(0).optional() }).optional(),
);

/** A smaller reply than the settings allow. */
export const maxTokens = z.int().min(100).optional();

/** Where to read on in a text that was cut. */
export const textOffset = z.int().min(0).optional();
