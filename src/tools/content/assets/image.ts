import { DirectusError } from '../../../directus/errors.ts';
import type { Answer } from '../../../directus/http.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import { fetchContent } from './fetch.ts';
import { type File, notShown, sizeInWords } from './file.ts';

/** What Directus can scale, and what it only hands out. */
const SCALABLE = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/tiff'];
const VIEWABLE = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

/**
 * Models count an image by its area: this much costs at most 1,600 tokens with all of them (853 with Anthropic, 765
 * to 1,540 with OpenAI, 1,032 with Google). No model sees more of a side than this.
 */
const AREA = 640_000;
const LONGEST_SIDE = 1568;

/** Clients refuse replies of more than 1 MB in base64; a larger view is for those that take more. */
const MOST_BYTES = 700_000;
const MOST_BYTES_ORIGINAL = 3_700_000;

export const isImage = (type: string): boolean => SCALABLE.includes(type) || VIEWABLE.includes(type);

/** An image, no larger than a model sees it. @param original as large as models can see at all */
export async function readImage(
  context: Context,
  file: File,
  type: string,
  original: boolean,
): Promise<NonNullable<Reply['media']>> {
  const most = original ? MOST_BYTES_ORIGINAL : MOST_BYTES;
  const { url } = context.directus;
  const size = Number(file.filesize);
  const scale = scalingOf(file, original);
  if (!SCALABLE.includes(type) || !file.width || !file.height) {
    if (size > most || scale || !VIEWABLE.includes(type))
      throw notShown(file, url, `Directus cannot scale this image (${type}, ${sizeInWords(size)})`);
    return mediaOf(await fetchContent(context, file, type), type);
  }
  const wanted = { ...scale, ...(VIEWABLE.includes(type) ? {} : { format: 'jpg' }) };
  // What is not scaled comes as large as it is.
  const first = scale || size <= most ? await scaled(context, file, type, wanted) : undefined;
  if (first && first.bytes.length <= most) return mediaOf(first, type);
  const second = await scaled(context, file, type, { ...wanted, format: 'jpg', quality: '80' });
  if (second.bytes.length > most)
    throw notShown(file, url, `Even scaled down, this image has ${sizeInWords(second.bytes.length)}`);
  return mediaOf(second, 'image/jpeg');
}

/** The size to ask for; undefined for an image that may stay as it is. */
function scalingOf({ width, height }: File, original: boolean): Record<string, string> | undefined {
  if (!width || !height) return undefined;
  const bySide = LONGEST_SIDE / Math.max(width, height);
  const factor = original ? bySide : Math.min(bySide, Math.sqrt(AREA / (width * height)));
  if (factor >= 1) return undefined;
  const side = (length: number) => String(Math.max(1, Math.floor(length * factor)));
  return { width: side(width), height: side(height), fit: 'inside', withoutEnlargement: 'true' };
}

/** The image as asked, or where an admin allows none but fixed sizes, in the one that Studio uses. */
async function scaled(
  context: Context,
  file: File,
  type: string,
  params: Record<string, string>,
): Promise<Answer> {
  try {
    return await fetchContent(context, file, type, { params });
  } catch (error) {
    if (!(error instanceof DirectusError) || error.status !== 400) throw error;
    if (error.code === 'INVALID_QUERY')
      return fetchContent(context, file, type, { params: { key: 'system-large-contain' } });
    const size = `${file.width}x${file.height}`;
    throw notShown(file, context.directus.url, `Directus does not scale an image of this size (${size})`);
  }
}

function mediaOf({ bytes, headers }: Answer, type: string): NonNullable<Reply['media']> {
  const mimeType = headers.get('content-type')?.split(';')[0] ?? type;
  return { type: 'image', mimeType, base64: bytes.toString('base64') };
}
