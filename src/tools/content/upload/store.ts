import type { Directus } from '../../../directus/connection.ts';
import { AfterChangeError, mayHaveWorked, ToolError } from '../../../directus/errors.ts';
import { isObject } from '../../../directus/objects.ts';
import { path } from '../../../directus/path.ts';
import { toToolError } from '../../../result/errors.ts';
import type { Context } from '../../define.ts';
import { isPlan } from '../../plan.ts';
import type { Row } from '../../rows/target.ts';
import type { Link } from './link.ts';
import type { Upload } from './plan.ts';
import { READ_BACK, type Stored } from './receipt.ts';
import { send } from './send.ts';
import { checkSize } from './source.ts';

/**
 * Stores one file and puts it where it is to be.
 * @throws when either fails or the call is cancelled; the file is then gone again, or the error says that it stays. It
 *   stays where it may have been put there: with it, the field would lose what it holds
 */
export async function store(
  context: Context,
  directus: Directus,
  upload: Upload,
  tell: (bytes: number) => void,
): Promise<Stored> {
  const { source, fields, link } = upload;
  const { stored, failure } = await bring(context, directus, upload, tell);
  if (failure !== undefined) throw await takenBack(context, directus, stored, failure);
  const warnings = source.warning ? [source.warning] : [];
  const done = { key: stored?.id, asked: fields, row: stored, warnings };
  if (!link) return done;
  try {
    context.signal.throwIfAborted();
    return { ...done, linked: await putInto(directus, link, stored) };
  } catch (error) {
    if (isUnsure(error)) throw await leftThere(context, stored, link, error);
    const place = { collection: link.at.collection, action: 'update', signal: context.signal };
    const why = context.signal.aborted ? error : await toToolError(error, context.schema, place);
    throw await takenBack(context, directus, stored, why);
  }
}

/** Gets the file into Directus. What came, but must not stay, is told as a failure. */
async function bring(
  context: Context,
  directus: Directus,
  { source, fields }: Upload,
  tell: (bytes: number) => void,
): Promise<{ stored: Row | undefined; failure?: unknown }> {
  const { signal } = context;
  const read = [...new Set([...READ_BACK, ...Object.keys(fields)])];
  if (source.url === undefined) return send(directus, { content: source, fields, read }, tell, signal);
  const stored = await directus.request<Row | undefined>('POST', '/files/import', {
    query: { fields: read },
    body: { url: source.url, data: fields },
  });
  try {
    signal.throwIfAborted();
    // Its server may not have told how large it is, or not the truth.
    if (stored?.filesize) checkSize(context, Number(stored.filesize));
    tell(source.size ?? 0);
    return { stored };
  } catch (failure) {
    return { stored, failure };
  }
}

async function putInto(directus: Directus, { at, plan }: Link, stored: Row | undefined): Promise<Row> {
  if (typeof stored?.id !== 'string') {
    throw new ToolError(
      'FORBIDDEN',
      'The file was stored, but you may not read files, so its id is not known and it could not be linked.',
      'Ask an administrator for the right to read files.',
    );
  }
  const update = await plan(stored.id);
  const { data } = isPlan(update) ? await update.apply(directus) : update;
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  const changed = isObject(first) && isObject(first.changed) ? first.changed[at.field] : undefined;
  return { ...at, changed };
}

/** Whether the file may be in its place, although that it was put there failed. */
function isUnsure(error: unknown): boolean {
  const isOdd = error instanceof ToolError && ['ANSWER_TOO_LARGE', 'CHANGED_MEANWHILE'].includes(error.code);
  return isOdd || error instanceof AfterChangeError || mayHaveWorked(error);
}

/** @returns the error to throw, which says that the file is there and what is not known of it */
async function leftThere(
  { schema, signal }: Context,
  stored: Row | undefined,
  { at }: Link,
  error: unknown,
): Promise<ToolError> {
  const { code, message, details } = await toToolError(error, schema, { signal });
  const place = [at.collection, at.key, at.field].filter((part) => part !== undefined).join(' ');
  return new ToolError(
    code,
    `${cause(message)} The file is in Directus as ${String(stored?.id)}; whether it was put into ${place} is not known.`,
    `Read ${place}: where it does not hold the file, update it with that id. Do not upload it again.`,
    details,
  );
}

/** What went wrong, without a claim about what was done: a file was stored by then. */
const cause = (message: string): string => message.replace(/ Nothing was \w+\.$/, '');

/** Removes a file that must not stay. @returns the error to throw, which says what became of the file */
async function takenBack(
  { schema, signal }: Context,
  directus: Directus,
  stored: Row | undefined,
  why: unknown,
): Promise<unknown> {
  const id = stored?.id;
  const gone = typeof id === 'string' && (await removed(directus, id));
  const { code, message, next, details } = signal.aborted
    ? new ToolError('CANCELLED', 'The call was cancelled.')
    : await toToolError(why, schema, { signal });
  const fate = gone
    ? 'The file was removed again: nothing was uploaded.'
    : `The file stays in Directus${typeof id === 'string' ? ` as ${id}` : ''}: it could not be removed again.`;
  return new ToolError(code, `${cause(message)} ${fate}`, next, details);
}

async function removed(directus: Directus, id: string): Promise<boolean> {
  try {
    await directus.request('DELETE', path`/files/${id}`);
    return true;
  } catch {
    return false;
  }
}
