import type { Context } from '../../define.ts';
import { HEAD_BYTES, looksLikeText } from '../upload/type.ts';
import { fetchContent } from './fetch.ts';
import { type File, notShown, sizeInWords } from './file.ts';

/** More of a file is not read; whoever needs it whole wants another tool than a model. */
const MOST_BYTES = 4_000_000;

/** Types that are text although they are not called so. */
const TEXTS = [
  'application/javascript',
  'application/x-javascript',
  'application/sql',
  'application/graphql',
  'application/x-ndjson',
  'application/x-subrip',
  'application/x-sh',
  'application/toml',
];

export function isText(type: string): boolean {
  return type.startsWith('text/') || /[/+](json|xml|yaml|x-yaml)$/.test(type) || TEXTS.includes(type);
}

/** The text of a file, or of its beginning. @returns what was left out, where something was */
export async function readText(
  context: Context,
  file: File,
  type: string,
): Promise<{ text: string; leftOut?: string }> {
  const size = Number(file.filesize);
  const cut = size > MOST_BYTES;
  const headers: Record<string, string> = cut ? { Range: `bytes=0-${MOST_BYTES - 1}` } : {};
  const { bytes } = await fetchContent(context, file, type, { headers });
  const text = decode(bytes.subarray(0, MOST_BYTES), cut);
  if (text === undefined)
    throw notShown(file, context.directus.url, 'This file is called a text and is none');
  return {
    text,
    ...(cut ? { leftOut: `after the first ${sizeInWords(MOST_BYTES)} of ${sizeInWords(size)}` } : {}),
  };
}

/** Bytes as text; undefined when they are none. @param cut whether the last letter may be cut in two */
function decode(bytes: Buffer, cut: boolean): string | undefined {
  const marked = markedEncoding(bytes);
  if (marked) return new TextDecoder(marked).decode(bytes);
  if (bytes.length > 0 && !looksLikeText(bytes.subarray(0, HEAD_BYTES))) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function markedEncoding([first, second]: Buffer): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}
