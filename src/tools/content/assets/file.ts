import { ToolError } from '../../../directus/errors.ts';

/** What is known of a file before its content is fetched. */
export type File = {
  id: string;
  type: string | null;
  title: string | null;
  filename_download: string | null;
  width: number | null;
  height: number | null;
  /** Some databases answer with text. */
  filesize: string | number | null;
};

export const FIELDS = ['id', 'type', 'title', 'filename_download', 'width', 'height', 'filesize'];

/** A file that cannot be shown, or not by this: says why, and where people can open it. */
export function notShown(file: Pick<File, 'id'>, url: string, why: string, instead?: string): ToolError {
  return new ToolError(
    'UNSUPPORTED_MEDIA_TYPE',
    `${why}.`,
    `${instead ? `${instead} ` : ''}People open it at ${url}/assets/${file.id}; files says what is stored about it.`,
  );
}

/** A size in words for people: `3.2 MB`. */
export function sizeInWords(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
