import type { Reply } from './reply.ts';

/** A change that was not made yet, for whoever decides on it. */
export type Pending = {
  /** Words that follow "would". */
  what: string;
  rows: number;
  changes?: unknown;
  cascades?: string[] | undefined;
  permanent?: string[] | undefined;
  deletes?: string[] | undefined;
  /** Why it waits, each a phrase. */
  reasons: string[];
};

/**
 * What a model reads of a change that was not made.
 * @param kept how it is confirmed
 */
export function previewReply(pending: Pending, kept: Record<string, string | boolean>): Reply {
  const { what, rows, changes, cascades, permanent, deletes, reasons } = pending;
  const info = {
    notDone: `Nothing was changed. This would ${what}.`,
    ...(rows > 0 ? { rows } : {}),
    ...listed({ deletes, cascades, cannotBeUndone: permanent, needsConfirmation: reasons }),
  };
  return { info, kept, ...(changes === undefined ? {} : { data: changes }) };
}

function listed(lists: Record<string, string[] | undefined>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(lists).flatMap(([name, list]) => (list && list.length > 0 ? [[name, list] as const] : [])),
  );
}
