import * as z from 'zod';
import { collection, key, object } from '../../params.ts';

const words = z.string().min(1);

const fields = {
  filename: words.optional(),
  title: words.optional(),
  description: words.optional(),
  folder: words.optional(),
  tags: z.array(z.string()).optional(),
  link: z.strictObject({ collection, key: key.optional(), field: words }).optional(),
  /** Further fields of the file; Directus's own import has all of them here. */
  file: object.meta({ wire: 'hidden' }).optional(),
};

const sources = { url: words, base64: words, text: words, path: words };

const list = <T extends z.ZodType>(entry: T) => z.array(entry).min(1, 'is an empty list').max(10);

/** Files to fetch from an address, as Directus's own import takes them. */
export const imported = list(z.strictObject({ url: sources.url, ...fields }));

/** Files to upload, each from one source. */
export const uploaded = list(
  z
    .strictObject({
      url: sources.url.optional(),
      base64: sources.base64.optional(),
      text: sources.text.optional(),
      path: sources.path.optional(),
      ...fields,
    })
    // What it takes is said in the words on the action, which stand beside other shapes of the same argument.
    .meta({ wire: 'brief' }),
);

export type Entry = z.output<typeof uploaded>[number];
export type LinkTo = NonNullable<Entry['link']>;
