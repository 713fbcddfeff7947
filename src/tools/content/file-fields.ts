import { ToolError } from '../../directus/errors.ts';

/** What Directus itself knows of the bytes: set by hand, a file would lose its content or tell lies about it. */
const KEPT = ['storage', 'filename_disk', 'filesize', 'tus_id', 'tus_data'];

/**
 * Refuses fields of a file that are not for people to set.
 * @param others further ones that must not be set in this case
 */
export function refuseKept(rows: Record<string, unknown>[], others: string[] = []): void {
  const kept = [...KEPT, ...others];
  const name = rows.flatMap(Object.keys).find((one) => kept.includes(one));
  if (!name) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `"${name}" of a file is kept by Directus and must not be set: its content could be lost. Nothing was changed.`,
    'Leave it out.',
  );
}
