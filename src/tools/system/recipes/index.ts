import { fields } from './fields.ts';
import { filters } from './filters.ts';
import { queries } from './queries.ts';

/**
 * The long recipes, by topic: read by a model only when it needs one, so none is paid for in every conversation.
 * A line `> tool {...}` is a call as it is to be made. test/live/recipes.test.ts makes every one of them.
 */
export const recipes = { filters, queries, fields } satisfies Record<string, string>;

export const topics = Object.keys(recipes);

const PREFACE =
  "Lines with > are calls: tool, then arguments. Their names are a newsroom's: take yours from schema.";

/** The recipe on a topic; undefined when there is none. */
export function recipeOn(topic: string): string | undefined {
  const text = Object.hasOwn(recipes, topic) ? recipes[topic as keyof typeof recipes] : undefined;
  return text && `${text.trim()}\n\n${PREFACE}`;
}
