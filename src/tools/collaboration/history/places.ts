import type { Reader } from '../../../directus/connection.ts';
import type { Key } from '../../../directus/types.ts';

export type Place = { collection: string; field: string; type?: string };

type Field = Place & { meta: { id?: number } | null };

/** Where fields are, by the key of their row of settings as text. */
export async function placesOf(
  { directus, signal }: { directus: Reader; signal: AbortSignal },
  keys: Key[],
): Promise<Map<string, Place>> {
  if (keys.length === 0) return new Map();
  const all = await directus.request<Field[]>('GET', '/fields', { signal });
  const wanted = new Set(keys.map(String));
  return new Map(
    all
      .filter(({ meta }) => wanted.has(String(meta?.id)))
      .map(({ collection, field, type = '', meta }) => [String(meta?.id), { collection, field, type }]),
  );
}
