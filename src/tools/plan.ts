import type { Undo } from '../directus/agent.ts';
import type { Directus } from '../directus/connection.ts';
import type { Effect } from '../guard/select.ts';
import type { Reply } from '../result/reply.ts';

/** What a person must see to decide on a change. Asked for only when somebody will. */
export type Preview = {
  /** What would become of what: rows with before and after. Written by people, so it is shown as data. */
  changes?: unknown;
  /** What would change along with it, each a phrase: `3 rows of comments would be deleted`. */
  cascades?: string[];
  /** What `history` could not undo, each a phrase with the reason. */
  permanent?: string[];
};

/**
 * A change that is ready to be made and has not been. A tool's `run` returns one for every action that is not a
 * read; whether it is made, held for confirmation or refused is decided in one place (`server/change.ts`).
 */
export type Plan = {
  /** What it would do, as words that follow "would": `update 12 rows of articles`. */
  what: string;
  /** Rows it would create, change or delete, nested ones included; 0 where there are none to count. */
  rows: number;
  /** What it would delete although the action is no delete, each a phrase. Such a plan is a delete as well. */
  deletes?: string[];
  /** What else it is, beside what its action says: writing to Directus's own collections changes more than content. */
  also?: Effect[];
  /** Why it must be confirmed whatever the policy for its effect is, each a phrase. */
  risks?: string[];
  preview(): Promise<Preview>;
  /** What the plan rests on, as it is now, in full. A confirmation holds only while this stays the same. */
  state(): Promise<unknown>;
  /**
   * Makes the change. Nothing else in a tool gets a Directus that can be written to.
   * @param undoing the same Directus for taking back what another call did, which activity then shows
   */
  apply(directus: Directus, undoing?: (undo: Undo) => Directus): Promise<Reply>;
};

/** Tells a plan from the reply of a read, or of a change that turned out to change nothing. */
export function isPlan(result: Reply | Plan): result is Plan {
  return 'apply' in result;
}
