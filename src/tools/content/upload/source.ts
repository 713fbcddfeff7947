import { ToolError } from '../../../directus/errors.ts';
import { openBelowRoots } from '../../../guard/roots.ts';
import type { Context } from '../../define.ts';
import { decode } from './base64.ts';
import type { Entry } from './entry.ts';
import { lookAt } from './remote.ts';
import { endingOf, HEAD_BYTES, typeOf, typeOfName } from './type.ts';

/** What is to be uploaded, found and checked. */
export type Source = {
  /** The name of the file; absent where Directus takes it from the address. */
  name?: string;
  type?: string;
  size?: number;
  /** Why the type may surprise, as a sentence. */
  warning?: string;
  /** What tells that it is still the same. */
  stamp?: string;
} & (
  | { url: string }
  | {
      url?: never;
      name: string;
      type: string;
      size: number;
      /** The content, from its beginning at each call. */
      chunks(): AsyncIterable<Uint8Array>;
    }
);

/** Content that comes in the call itself: it is held in memory, and has passed through a model or a client. */
const MOST_INLINE_BYTES = 10_000_000;
const CHUNK_BYTES = 256 * 1024;

/**
 * Finds what an entry is to upload, and refuses what cannot or must not be.
 * @throws ToolError naming what is wrong with the source
 */
export async function findSource(context: Context, entry: Entry): Promise<Source> {
  const { url, base64, text, path } = entry;
  const given = Object.entries({ url, base64, text, path }).flatMap(([name, value]) => (value ? [name] : []));
  if (given.length !== 1) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `A file needs exactly one of url, base64, text and path; ${given.join(' and ') || 'none'} was given. Nothing was uploaded.`,
      'For example {"url":"https://example.com/a.jpg"} or {"text":"a,b\\n1,2","filename":"table.csv"}.',
    );
  }
  const name = nameOf(entry);
  if (path !== undefined) return local(context, path, name);
  if (text !== undefined) return inline(context, Buffer.from(text), name, 'text/plain');
  const inUrl = url !== undefined && /^data:/i.test(url) ? url : undefined;
  if (url !== undefined && !inUrl) return remote(context, url, name);
  const { bytes, type } = decode(inUrl ?? base64 ?? '');
  return inline(context, bytes, name, type);
}

/** The name that the call gives, which must be a name and no path. */
function nameOf({ filename, file }: Entry): string | undefined {
  const name = filename ?? file?.filename_download;
  if (name === undefined || name === null) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (typeof name === 'string' && /^[^/\\\x00-\x1f\x7f]{1,200}$/.test(name) && name.isWellFormed())
    return name;
  throw new ToolError(
    'INVALID_PAYLOAD',
    'filename must be a plain name of at most 200 characters, without slashes. Nothing was uploaded.',
    'For example "harbour.jpg". Where it is kept is said by folder.',
  );
}

async function local(context: Context, path: string, named: string | undefined): Promise<Source> {
  const { settings } = context;
  const { handle, name, size, stamp } = await openBelowRoots(path, settings);
  try {
    checkSize(context, size);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return {
      ...described(buffer.subarray(0, bytesRead), named ?? name, undefined),
      size,
      stamp,
      chunks: () => readAgain(path, stamp, context),
    };
  } finally {
    await handle.close();
  }
}

async function* readAgain(path: string, stamp: string, { settings }: Context): AsyncGenerator<Uint8Array> {
  const { handle, size, stamp: now } = await openBelowRoots(path, settings);
  try {
    if (now !== stamp) throw changed();
    for (let at = 0; at < size; ) {
      // A new one each time: who takes it may still be sending it when the next is read.
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - at));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw changed();
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

function changed(): ToolError {
  return new ToolError(
    'FILE_CHANGED',
    'The file changed while it was read.',
    'Try again when it is at rest.',
  );
}

function inline(
  context: Context,
  bytes: Buffer,
  named: string | undefined,
  said: string | undefined,
): Source {
  if (bytes.length > MOST_INLINE_BYTES) {
    throw new ToolError(
      'FILE_TOO_LARGE',
      `The content is ${bytes.length} bytes; in the call itself at most ${MOST_INLINE_BYTES} may come. Nothing was uploaded.`,
      'Give a url, or a path where paths are allowed.',
    );
  }
  checkSize(context, bytes.length);
  return {
    ...described(bytes.subarray(0, HEAD_BYTES), named, said),
    size: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
    },
  };
}

/** Name and type of content, made to fit one another as far as they are known. */
function described(head: Uint8Array, named: string | undefined, said: string | undefined) {
  const type = typeOf(head, named ?? '', said);
  const expected = named === undefined ? undefined : typeOfName(named);
  return {
    name:
      named === undefined ? `file${endingOf(type)}` : named.includes('.') ? named : named + endingOf(type),
    type,
    ...(expected && expected !== type
      ? { warning: `By its content the file is ${type}, not ${expected} as its name says.` }
      : {}),
  };
}

async function remote(context: Context, address: string, name: string | undefined): Promise<Source> {
  const url = URL.parse(address);
  if (!url) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `url "${address.slice(0, 100)}" is no address. Nothing was uploaded.`,
      'Give a whole address, for example https://example.com/a.jpg, or a data: URI.',
    );
  }
  const found = await lookAt(url, context);
  if (found.size !== undefined) checkSize(context, found.size);
  return { url: url.href, ...found, ...(name === undefined ? {} : { name }) };
}

/** @throws ToolError when there is nothing in a file, or more than the settings allow */
export function checkSize({ settings }: Context, size: number): void {
  const most = settings.limits.uploadBytes;
  if (size > most) {
    throw new ToolError(
      'FILE_TOO_LARGE',
      `The file is ${size} bytes; at most ${most} may be uploaded (limits.uploadBytes). Nothing was uploaded.`,
      'Choose a smaller file, or have an administrator raise the limit.',
    );
  }
  if (size === 0) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      'The file is empty. Nothing was uploaded.',
      'Give one with content.',
    );
  }
}
