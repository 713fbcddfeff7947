import { extname } from 'node:path';

/** Types by the ending of a name: those that content libraries are made of. The first ending of a type is its own. */
const ENDINGS: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
  tiff: 'image/tiff',
  tif: 'image/tiff',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  txt: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  markdown: 'text/markdown',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  vtt: 'text/vtt',
  ics: 'text/calendar',
  srt: 'application/x-subrip',
  json: 'application/json',
  geojson: 'application/geo+json',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  rtf: 'application/rtf',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  avi: 'video/x-msvideo',
  zip: 'application/zip',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  '7z': 'application/x-7z-compressed',
  epub: 'application/epub+zip',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  woff: 'font/woff',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
  otf: 'font/otf',
  glb: 'model/gltf-binary',
};

/** How the content of these types begins: where, and with which bytes (as latin1). */
const BEGINNINGS: [string, number, RegExp][] = [
  ['image/jpeg', 0, /^\xff\xd8\xff/],
  ['image/png', 0, /^\x89PNG\r\n.\n/s],
  ['image/gif', 0, /^GIF8[79]a/],
  ['image/webp', 0, /^RIFF.{4}WEBP/s],
  ['image/avif', 4, /^ftypavi[fs]/],
  ['image/heic', 4, /^ftyp(hei[cxms]|mif1)/],
  ['image/tiff', 0, /^(II\*\0|MM\0\*)/],
  ['image/bmp', 0, /^BM.{4}\0{4}/s],
  ['application/pdf', 0, /^%PDF-/],
  ['audio/wav', 0, /^RIFF.{4}WAVE/s],
  ['audio/flac', 0, /^fLaC/],
  ['audio/ogg', 0, /^OggS/],
  ['audio/mpeg', 0, /^(ID3|\xff[\xfb\xf3\xf2])/],
  ['audio/mp4', 4, /^ftypM4A/],
  ['video/quicktime', 4, /^ftypqt/],
  ['video/mp4', 4, /^ftyp/],
  ['video/webm', 0, /^.E\xdf\xa3.*webm/s],
  ['font/woff2', 0, /^wOF2/],
  ['font/woff', 0, /^wOFF/],
];

/** Bytes from the beginning that are enough to tell a type. */
export const HEAD_BYTES = 1024;

/** Types whose content looks like that of related ones: which it is, the name knows better. */
const CONTAINERS = ['video/mp4', 'audio/ogg'];

/** Types whose content always shows its mark: without it, the name is wrong. */
const SURE = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'application/pdf'];

export const UNKNOWN_TYPE = 'application/octet-stream';

/** The type that the ending of a name says; undefined where it says none. */
export function typeOfName(name: string): string | undefined {
  const ending = extname(name).slice(1).toLowerCase();
  return Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
}

/** The ending of files of a type, with its dot; empty for an unknown one. */
export function endingOf(type: string): string {
  const found = Object.entries(ENDINGS).find(([, one]) => one === type);
  return found ? `.${found[0]}` : '';
}

/** The type that content itself shows; undefined for what has no mark, such as text. */
export function typeOfContent(head: Uint8Array): string | undefined {
  const text = Buffer.from(head).toString('latin1');
  if (isSvg(text)) return 'image/svg+xml';
  return BEGINNINGS.find(([, at, mark]) => mark.test(text.slice(at)))?.[0];
}

/** Whether the first element is a drawing; before it may stand a declaration and comments. */
function isSvg(text: string): boolean {
  const bare = text.replace(/^\xef\xbb\xbf/, '').replace(/<!--.*?-->/gs, '');
  return /^\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(bare);
}

/**
 * The type of a file, by its content before its name before what its giver said, as names and givers err.
 * @param said the type that came with the content, where any did
 */
export function typeOf(head: Uint8Array, name: string, said?: string): string {
  const seen = typeOfContent(head);
  const named = typeOfName(name);
  if (seen) return named && CONTAINERS.includes(seen) && /^(audio|video)\//.test(named) ? named : seen;
  const claimed = [named, said].find((type) => type && !SURE.includes(type));
  return claimed ?? (looksLikeText(head) ? 'text/plain' : UNKNOWN_TYPE);
}

/** Whether bytes can be text: none of them belongs to binary formats only. */
export function looksLikeText(head: Uint8Array): boolean {
  return (
    head.length > 0 &&
    head.every((byte) => byte > 13 || byte === 9 || byte === 10 || byte === 13 || byte === 12)
  );
}
