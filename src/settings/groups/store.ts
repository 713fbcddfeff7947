import * as z from 'zod';
import { leaf } from './leaf.ts';

/** Where conversations, usage and settings of the pages are. */
export const store = leaf(z.enum(['files', 'directus']).default('files'), {
  env: ['DIRECTUS_ASSISTANT_STORE'],
  description:
    'Where `web` keeps conversations, usage and settings: in files of this machine, or for several instances in collections of Directus (`directus-assistant store create`). Counts from the next start.',
});
