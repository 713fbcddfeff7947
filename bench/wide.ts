import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_DIRECTUS, type OnProgress, startSandbox } from '../src/sandbox/index.ts';
import { cacheFolder } from '../src/sandbox/paths.ts';
import { directusRest } from '../src/sandbox/rest.ts';
import { withLock } from '../src/settings/lock.ts';

export const WIDE_COLLECTIONS = 300;
const FIELDS = 25;
/** Directus reads its whole schema anew after each request that changes it; many at once cost that once. */
const BATCH = 25;

/** Raise when the same name should hold something else; copies made before are then not used any more. */
const FORMAT = 1;

/**
 * A folder with a newsroom and 300 more collections of 25 fields, for `startSandbox`. Making it takes minutes, so
 * it is made once and kept in the cache folder.
 */
export async function ensureWide(onProgress: OnProgress): Promise<string> {
  const folder = join(
    cacheFolder(),
    `bench-${WIDE_COLLECTIONS}x${FIELDS}-${DEFAULT_DIRECTUS}-format${FORMAT}`,
  );
  if (existsSync(folder)) return folder;
  const onWait = () =>
    onProgress({ stage: 'content', text: 'Waiting: another process makes the collections' });
  return withLock(`${folder}.lock`, { onWait }, async () => {
    if (!existsSync(folder)) await make(folder, onProgress);
    return folder;
  });
}

async function make(folder: string, onProgress: OnProgress): Promise<void> {
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  const sandbox = await startSandbox({ folder: part, onProgress });
  try {
    const rest = directusRest(sandbox.url, sandbox.admin.token);
    const names = Array.from({ length: WIDE_COLLECTIONS }, (_, index) => nameOf(index));
    for (let made = 0; made < names.length; made += BATCH) {
      const text = `Making ${WIDE_COLLECTIONS} collections of ${FIELDS} fields (${made})`;
      onProgress({ stage: 'content', text, fraction: made / WIDE_COLLECTIONS });
      await rest.send('POST', '/collections', names.slice(made, made + BATCH).map(collection));
    }
  } finally {
    await sandbox.stop();
  }
  await rename(part, folder);
}

/** `wide_000` and so on. */
export const nameOf = (index: number): string => `wide_${String(index).padStart(3, '0')}`;

const TYPES = ['string', 'text', 'integer', 'boolean', 'dateTime', 'decimal', 'json', 'uuid'];

function collection(name: string): object {
  const key = {
    field: 'id',
    type: 'integer',
    schema: { is_primary_key: true, has_auto_increment: true },
    meta: { interface: 'input', readonly: true, hidden: true },
  };
  const others = Array.from({ length: FIELDS - 1 }, (_, index) => {
    const type = TYPES[index % TYPES.length];
    return {
      field: `${type?.toLowerCase()}_${index + 1}`,
      type,
      schema: {},
      meta: { note: `Field ${index + 1}` },
    };
  });
  const meta = { note: `One of ${WIDE_COLLECTIONS}`, icon: 'article' };
  return { collection: name, schema: {}, meta, fields: [key, ...others] };
}
