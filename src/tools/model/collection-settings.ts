import { countRows } from '../../directus/count.ts';
import { endpointOf } from '../../directus/path.ts';
import type { Collection } from '../../directus/types.ts';
import { checkTemplate, noCollection, noField, refused } from '../../guard/model.ts';
import { rowsOf, tally } from '../../guard/tally.ts';
import type { Context } from '../define.ts';

type Row = Record<string, unknown>;

/** Refuses a folder that does not exist, and one inside the collection itself: Studio would show neither. */
export async function checkFolder(
  { schema, signal }: Context,
  name: string,
  group: unknown,
  has: (folder: string) => Promise<boolean>,
): Promise<void> {
  if (group === undefined || group === null) return;
  const all = await schema.collections(signal);
  if (typeof group !== 'string' || !(await has(group)))
    throw noCollection(
      String(group),
      all.map((one) => one.collection),
    );
  const seen = new Set<string>();
  for (let at: string | null | undefined = group; at && !seen.has(at); ) {
    if (at === name) throw refused(`${name} cannot be moved into itself (meta.group).`);
    seen.add(at);
    at = all.find((one) => one.collection === at)?.meta?.group;
  }
}

/**
 * Checks new settings of a collection.
 * @returns what may surprise, each a phrase
 * @throws ToolError for settings that name what is not there
 */
export async function inspectSettings(context: Context, before: Collection, meta: Row): Promise<string[]> {
  const { schema, signal } = context;
  const name = before.collection;
  const names = (await schema.fields(name, signal)).map((one) => one.field);
  for (const part of ['sort_field', 'archive_field']) {
    const field = meta[part];
    if (typeof field === 'string' && !names.includes(field))
      throw noField(name, field, names, `meta.${part}`);
  }
  checkTemplate(meta.display_template, name, names);
  await checkFolder(context, name, meta.group, async (folder) =>
    Boolean(await schema.collection(folder, signal)),
  );
  const risks = await Promise.all([
    aboutSingleton(context, before, meta),
    aboutVersions(context, before, meta),
    aboutHistory(before, meta),
    meta.status !== undefined && meta.status !== 'active'
      ? `${name} could not be used any more (status ${JSON.stringify(meta.status)?.slice(0, 20)})`
      : undefined,
  ]);
  return risks.filter((one) => one !== undefined);
}

async function aboutSingleton(context: Context, { collection, meta, schema }: Collection, asked: Row) {
  if (asked.singleton !== true || meta?.singleton || schema === null) return undefined;
  const count = (await tally(context, collection)) ?? 0;
  return count > 1 ? `${rowsOf(count, collection)}, and of a singleton only one is shown` : undefined;
}

async function aboutVersions({ directus, signal }: Context, { collection, meta }: Collection, asked: Row) {
  if (asked.versioning !== false || !meta?.versioning) return undefined;
  const filter = { collection: { _eq: collection } };
  const count = await countRows(directus, endpointOf('directus_versions'), { filter }, signal);
  return count > 0 ? `${count} content versions of ${collection} could not be reached any more` : undefined;
}

/** From the most to the least that Directus keeps of changes. */
const KEPT = ['all', 'activity', null];

function aboutHistory({ collection, meta }: Collection, asked: Row): string | undefined {
  if (asked.accountability === undefined) return undefined;
  const wanted = KEPT.indexOf(asked.accountability as string | null);
  if (wanted < 0) throw refused('meta.accountability takes "all", "activity" or null.');
  if (wanted <= KEPT.indexOf(meta?.accountability ?? null)) return undefined;
  return `of later changes in ${collection} no ${wanted === 2 ? 'activity' : 'revisions'} would be kept, so that they could not be undone`;
}
