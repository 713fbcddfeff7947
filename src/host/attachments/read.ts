import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import { mostBytes } from './limits.ts';
import { isMedia, megabytes, TEXT, TYPES_IN_WORDS } from './media.ts';
import { pathOf } from './path.ts';
import { readText } from './text.ts';
import type { Attachment } from './types.ts';

/**
 * Reads a file from disk.
 * @param typed a path as people type it or terminals paste it
 * @throws an Error for people: not there, a folder, not readable, empty, too large, or of a kind that is not taken
 */
export async function readAttachment(typed: string): Promise<Attachment> {
  if (typed.trim() === '') throw new Error('Name the file to attach.');
  const path = pathOf(typed);
  const refuse = (why: string) => new Error(`${path} cannot be attached: ${why}`);
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw refuse('it is a folder. Name a file in it.');
    // To read from a pipe or a device may never end.
    if (!found.isFile()) throw refuse('it is no file but a pipe, socket or device.');
    checkSize(basename(path), found.size);
    return await toAttachment(basename(path), await readFile(path));
  } catch (error) {
    throw error instanceof Error && 'code' in error ? refuse(faultOf(String(error.code))) : error;
  }
}

/**
 * An attachment from bytes that came otherwise, from a browser or a server. What it is, the bytes say before the name.
 * @throws an Error for people: empty, too large, or of a kind that is not taken
 */
export async function toAttachment(filename: string, bytes: Uint8Array): Promise<Attachment> {
  checkSize(filename, bytes.length);
  const seen = await typeOf(filename, bytes);
  // Text has no marks, and may begin like anything; only PDF is text and something else as well.
  const text = seen === 'application/pdf' ? undefined : readText(bytes);
  if (text !== undefined) return { filename, mediaType: TEXT, bytes: Buffer.from(text, 'utf8') };
  if (seen !== undefined && isMedia(seen)) return { filename, mediaType: seen, bytes };
  const what = seen ? `a file of type ${seen}` : 'of no known kind';
  throw new Error(`${filename} cannot be attached: it is ${what}. ${TYPES_IN_WORDS} can be.`);
}

function checkSize(filename: string, size: number): void {
  if (size === 0) throw new Error(`${filename} cannot be attached: it is empty.`);
  if (size > mostBytes) {
    const most = megabytes(mostBytes);
    throw new Error(`${filename} cannot be attached: it has ${megabytes(size)}, and the most is ${most}.`);
  }
}

/** Other names of the same formats, which providers do not all know. */
const SAME: Record<string, string> = {
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'image/apng': 'image/png',
};

async function typeOf(filename: string, bytes: Uint8Array): Promise<string | undefined> {
  const found = (await fileTypeFromBuffer(bytes))?.mime.split(';')[0] ?? '';
  const type = SAME[found] ?? found;
  // One container for both: which it is, only the name tells.
  if (type === 'video/mp4' && /\.m4[ab]$/i.test(filename)) return 'audio/mp4';
  return type || undefined;
}

const FAULTS: Record<string, string> = {
  ENOENT: 'there is no such file. Check the path.',
  ENOTDIR: 'there is no such file. Check the path.',
  EACCES: 'it may not be read. Check its permissions.',
  EPERM: 'it may not be read. Check its permissions.',
  ENAMETOOLONG: 'the path is too long.',
};

const faultOf = (code: string): string => FAULTS[code] ?? `it cannot be read (${code}).`;
