import { ToolError } from '../../../directus/errors.ts';
import { permanence } from '../../../guard/undoable.ts';
import type { Context } from '../../define.ts';
import { inTurn } from '../../in-turn.ts';
import { isPlan, type Plan } from '../../plan.ts';
import { inspectRows } from '../../rows/inspect.ts';
import type { Row } from '../../rows/target.ts';
import { refuseKept } from '../file-fields.ts';
import type { Entry } from './entry.ts';
import { findFolder } from './folder.ts';
import { findLink, type Link, nowHeld } from './link.ts';
import { accountFor, meter } from './receipt.ts';
import { findSource, type Source } from './source.ts';
import { store } from './store.ts';

/** One file that is ready to be stored: what is in it, what is said about it, and where it is put. */
export type Upload = { source: Source; fields: Row; link: Link | undefined };

const target = { collection: 'directus_files', endpoint: '/files' };

/** Plans to store files and put them into fields of items. Each is stored and put there, or not there at all. */
export async function planUpload(context: Context, entries: Entry[]): Promise<Plan> {
  const uploads: Upload[] = [];
  for (const [index, entry] of entries.entries()) {
    uploads.push(await naming(entries.length > 1 ? `data.${index}: ` : '', () => prepare(context, entry)));
  }
  const links = uploads.flatMap(({ link }) => link ?? []);
  refuseTwice(links);
  const planned = links.flatMap((link) => (isPlan(link.planned) ? link.planned : []));
  const files = `${uploads.length} ${uploads.length === 1 ? 'file' : 'files'}`;
  return {
    what: `upload ${files}${links.length > 0 ? ` and put ${links.length} into items` : ''}`,
    rows: uploads.length + links.length,
    also: [...new Set(planned.flatMap(({ also }) => also ?? []))],
    deletes: planned.flatMap(({ deletes }) => deletes ?? []),
    risks: [...new Set(planned.flatMap(({ risks }) => risks ?? []))],
    preview: async () => ({
      changes: await Promise.all(uploads.map(shown)),
      permanent: await permanence(context, target.collection, 'create', []),
    }),
    state: () => Promise.all(uploads.map(stateOf)),
    async apply(directus) {
      const tell = meter(context, uploads);
      const stored = await inTurn(
        uploads,
        'uploaded',
        (upload) => store(context, directus, upload, tell),
        (_upload, { key }) => String(key ?? 'one that you may not see'),
      );
      return accountFor(stored);
    },
  };
}

async function prepare(context: Context, entry: Entry): Promise<Upload> {
  const { title, description, tags, folder, link, file } = entry;
  const { type, folder: alsoFolder, ...further } = file ?? {};
  const into = folder ?? alsoFolder;
  const given = Object.entries({ title, description, tags }).filter(([, value]) => value !== undefined);
  const fields: Row = {
    ...further,
    ...Object.fromEntries(given),
    ...(into === undefined
      ? {}
      : { folder: typeof into === 'string' ? await findFolder(context, into) : into }),
  };
  // With the id of an existing file, Directus would put the new content in the place of the old.
  refuseKept([fields], ['id']);
  const { rows } = await inspectRows(context, target, [fields], true);
  const to = link && (await findLink(context, link));
  const source = await findSource(context, entry);
  return {
    source,
    fields: {
      ...rows[0],
      ...(source.name === undefined ? {} : { filename_download: source.name }),
      ...(source.url !== undefined && type !== undefined ? { type } : {}),
    },
    link: to,
  };
}

/** Says which of several files an error is about. */
async function naming<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.code, name + error.message, error.next, error.details);
  }
}

/** Of two files for one place, the second would push out the first. */
function refuseTwice(links: Link[]): void {
  const places = links.filter(({ replaces }) => replaces).map(({ at }) => JSON.stringify(Object.values(at)));
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (!twice) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `Two files are to be put into the same field: ${twice}. Nothing was uploaded.`,
    'It holds one file; link one of them.',
  );
}

/** What a person sees of a file before it is there: never its content. */
async function shown({ source: { url, type, size, warning }, fields, link }: Upload): Promise<Row> {
  return {
    new: { ...fields, ...(type ? { type } : {}), filesize: size ?? 'unknown' },
    ...(url === undefined ? {} : { url }),
    ...(warning ? { warning } : {}),
    ...(link ? { link: { ...link.at, [link.replaces ? 'replaces' : 'addedTo']: await nowHeld(link) } } : {}),
  };
}

async function stateOf({ source, fields, link }: Upload): Promise<unknown> {
  const held = link && isPlan(link.planned) ? await link.planned.state() : undefined;
  return [source.stamp, fields.folder, held];
}
