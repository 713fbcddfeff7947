/** Under which name we write into parts of messages what is for ourselves. */
export const OURS = 'directus-assistant';

/** What is known of a file in a message, beside its type. */
export type Size = { bytes: number; pages?: number };

/** What providers charge for a picture of usual size. */
const PICTURE = 1200;
/** A page goes to the model as its text and as a picture. */
const PAGE = 2000;
/** Of a PDF whose pages cannot be counted: those of texts have less, scanned ones more. */
const BYTES_OF_PAGE = 100_000;
/** More are not taken, or hardly ever meant. */
const MOST_PAGES = 100;
/** A second of sound is 32 tokens and has 16 KB, or 176 KB where it is not compressed. */
const BYTES_OF_SOUND_TOKEN = 500;
const BYTES_OF_RAW_SOUND_TOKEN = 5500;
/** A second of film is about 300 tokens and has about 250 KB. */
const BYTES_OF_FILM_TOKEN = 830;

/** @returns the size of a file, with its pages where it is a PDF that shows them */
export function sizeOf(mediaType: string, bytes: Uint8Array): Size {
  const pages = mediaType === 'application/pdf' ? pagesIn(bytes) : 0;
  return { bytes: bytes.length, ...(pages > 0 && { pages }) };
}

/** Pages that stand in a PDF as they are; 0 where they are packed. */
const pagesIn = (bytes: Uint8Array): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .match(/\/Type\s*\/Page(?![A-Za-z])/g)?.length ?? 0;

/** Tokens a model reads for a file, estimated; a file of unknown size counts as a picture. */
export function fileTokens(mediaType: string, size: Size | undefined): number {
  if (!size) return PICTURE;
  const { bytes, pages = Math.ceil(bytes / BYTES_OF_PAGE) } = size;
  if (mediaType === 'application/pdf') return Math.min(pages, MOST_PAGES) * PAGE;
  if (/^audio\/(wav|aiff)$/.test(mediaType)) return Math.ceil(bytes / BYTES_OF_RAW_SOUND_TOKEN);
  if (mediaType.startsWith('audio/')) return Math.ceil(bytes / BYTES_OF_SOUND_TOKEN);
  if (mediaType.startsWith('video/')) return Math.ceil(bytes / BYTES_OF_FILM_TOKEN);
  return PICTURE;
}
