import { access } from './access.ts';
import { dashboards } from './dashboards.ts';
import { fields } from './fields.ts';
import { files } from './files.ts';
import { filters } from './filters.ts';
import { flows } from './flows.ts';
import { history } from './history.ts';
import { queries } from './queries.ts';
import { relations } from './relations.ts';
import { translations } from './translations.ts';
import { versions } from './versions.ts';

/**
 * The long recipes, by topic: read by a model only when it needs one, so none is paid for in every conversation.
 * A line `> tool {...}` is a call as it is to be made. test/live/recipes.test.ts makes every one of them.
 */
const recipes: Record<string, string> = {
  filters,
  queries,
  fields,
  relations,
  flows,
  files,
  versions,
  history,
  access,
  dashboards,
  translations,
};

export const topics = Object.keys(recipes);

const PREFACE =
  "Lines with > are calls: tool, then arguments. Their names are a newsroom's: take yours from schema.";

/** The recipe on a topic; undefined when there is none. */
export function recipeOn(topic: string): string | undefined {
  const text = Object.hasOwn(recipes, topic) ? recipes[topic] : undefined;
  return text && `${text.trim()}\n\n${PREFACE}`;
}
