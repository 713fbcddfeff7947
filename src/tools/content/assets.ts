import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import { path } from '../../directus/path.ts';
import type { Reply } from '../../result/reply.ts';
import { type Context, defineTool } from '../define.ts';
import { textOffset } from '../params.ts';
import { fetchContent } from './assets/fetch.ts';
import { FIELDS, type File, notShown, sizeInWords } from './assets/file.ts';
import { isImage, readImage } from './assets/image.ts';
import { readPdf, readPdfItself } from './assets/pdf.ts';
import { isText, readText } from './assets/text.ts';
import { typeOfName, UNKNOWN_TYPE } from './upload/type.ts';

const LARGEST_AUDIO_BYTES = 8_000_000;

export const assets = defineTool({
  name: 'assets',
  toolset: 'content',
  title: 'Assets',
  description:
    'See an image, hear a sound, read a PDF or text file, by its id in files. original: larger image, PDF itself.',
  actions: {
    '': {
      effect: 'read',
      input: z.strictObject({ id: z.string().min(1), original: z.boolean().optional(), textOffset }),
      needs: (rights) => rights.may('directus_files', 'read'),
    },
  },
  async run(context, { input: { id, original = false, textOffset: from = 0 } }) {
    const { directus, signal } = context;
    const file = await directus.request<File>('GET', path`/files/${id}`, {
      query: { fields: FIELDS },
      signal,
    });
    const type = typeOf(file);
    if (isImage(type)) return { data: about(file), media: await readImage(context, file, type, original) };
    if (type.startsWith('audio/')) return readAudio(context, file, type);
    if (type === 'application/pdf') {
      return original
        ? { data: about(file), media: await readPdfItself(context, file) }
        : pdf(context, file, from);
    }
    if (isText(type)) {
      const { text, leftOut } = await readText(context, file, type);
      return page(text, from, about(file), leftOut ? { leftOut } : {});
    }
    const size = sizeInWords(Number(file.filesize));
    throw notShown(
      file,
      directus.url,
      `This file is of type ${type} (${size}): only images, sounds, PDFs and text files can be shown`,
    );
  },
});

/** The type as stored; of one that Directus was not told, what the name says. */
function typeOf({ type, filename_download }: File): string {
  if (type && type !== UNKNOWN_TYPE) return type.toLowerCase();
  return typeOfName(filename_download ?? '') ?? UNKNOWN_TYPE;
}

async function readAudio(context: Context, file: File, type: string): Promise<Reply> {
  const size = Number(file.filesize);
  if (size > LARGEST_AUDIO_BYTES)
    throw notShown(
      file,
      context.directus.url,
      `This sound has ${sizeInWords(size)}; up to 8 MB can be played`,
    );
  const { bytes } = await fetchContent(context, file, type);
  return { data: about(file), media: { type: 'audio', mimeType: type, base64: bytes.toString('base64') } };
}

async function pdf(context: Context, file: File, from: number): Promise<Reply> {
  const { text, pages, leftOut } = await readPdf(context, file);
  const info = { pages, ...(leftOut ? { leftOut } : {}) };
  if (text !== undefined) return page(text, from, about(file), info);
  const note =
    'It holds no text, only pictures of pages. With original:true it comes as a PDF, for clients that show one.';
  return { info: { ...info, note }, data: about(file) };
}

/** A text from where it is to be read on. */
function page(
  text: string,
  from: number,
  head: Record<string, unknown>,
  info: Record<string, unknown>,
): Reply {
  if (from > 0 && from >= text.length) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `The text has ${text.length} characters; textOffset ${from} is after its end.`,
      'Begin with textOffset 0.',
    );
  }
  return { info, data: from > 0 ? { text } : { ...head, text }, textOffset: from };
}

function about({ title, type, width, height }: File): Record<string, unknown> {
  return { title, type, ...(width ? { size: `${width}x${height}` } : {}) };
}
