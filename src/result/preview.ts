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

/** What a model reads of a change that was not made. */
export function previewReply(pending: Pending, more: Record<string, unknown>): Reply {
  const { what, rows, changes, cascades, permanent, deletes, reasons } = pending;
  const info = {
    notDone: `Nothing was changed. This would ${what}.`,
    ...(rows > 0 ? { rows } : {}),
    ...listed({ deletes, cascades, cannotBeUndone: permanent, needsConfirmation: reasons }),
    ...more,
  };
  return { info, ...(changes === undefined ? {} : { data: changes }) };
}

const MOST_CHARACTERS = 2000;

/** What a person reads who is asked whether to make a change. Content is shown to people as it is. */
export function question(pending: Pending, at: string): string {
  const { what, rows, changes, cascades = [], permanent = [], deletes = [], reasons } = pending;
  const lines = [
    `The assistant wants to ${what}, on ${at}${rows > 1 ? ` (${rows} rows)` : ''}.`,
    ...deletes.map((one) => `It would delete ${one}.`),
    ...cascades.map((one) => `Along with it: ${one}.`),
    ...permanent.map((one) => `Cannot be undone: ${one}.`),
    reasons.length > 0 ? `Asked because: ${reasons.join('; ')}.` : '',
    changes === undefined ? '' : JSON.stringify(changes, undefined, 1),
  ];
  const text = lines.filter(Boolean).join('\n');
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function listed(lists: Record<string, string[] | undefined>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(lists).flatMap(([name, list]) => (list && list.length > 0 ? [[name, list] as const] : [])),
  );
}
