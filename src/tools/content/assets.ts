import * as z from 'zod';
import { ToolError } from '../../directus/errors.ts';
import type { Answer } from '../../directus/http.ts';
import { path } from '../../directus/path.ts';
import { defineTool } from '../define.ts';

/** Longer sides than this are scaled down by Directus; models see no more than about this many pixels anyway. */
const LONGEST_SIDE = 800;
const LARGEST_AUDIO_BYTES = 8_000_000;
/** What Directus can scale, and what models can look at. */
const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/tiff'];
const VIEWABLE = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

type File = {
  type: string | null;
  title: string | null;
  width: number | null;
  height: number | null;
  filesize: string | number;
};

export const assets = defineTool({
  name: 'assets',
  toolset: 'content',
  title: 'Assets',
  description:
    'See an image or hear a sound of the file library, by the id of its file. Large images are scaled down.',
  actions: {
    '': {
      effect: 'read',
      input: z.strictObject({ id: z.string().min(1) }),
      needs: (rights) => rights.may('directus_files', 'read'),
    },
  },
  async run({ directus, signal }, { input }) {
    const file = await directus.request<File>('GET', path`/files/${input.id}`, {
      query: { fields: ['type', 'title', 'width', 'height', 'filesize'] },
      signal,
    });
    const type = file.type ?? '';
    if (PICTURES.includes(type)) {
      const params = scaling(file, type);
      const answer = await directus.fetch('GET', path`/assets/${input.id}`, { params, signal });
      return { data: about(file), media: { type: 'image', ...bytesOf(answer, type) } };
    }
    if (type.startsWith('audio/') && Number(file.filesize) <= LARGEST_AUDIO_BYTES) {
      const answer = await directus.fetch('GET', path`/assets/${input.id}`, { signal });
      return { data: about(file), media: { type: 'audio', ...bytesOf(answer, type) } };
    }
    throw new ToolError(
      'UNSUPPORTED_MEDIA_TYPE',
      `This file is of type ${type || 'unknown'} (${file.filesize} bytes): only images, and sounds up to 8 MB, can be shown.`,
      'Read what is stored about it with files.',
    );
  },
});

function scaling(file: File, type: string): Record<string, string> {
  const tooLarge = Math.max(file.width ?? 0, file.height ?? 0) > LONGEST_SIDE;
  const side = String(LONGEST_SIDE);
  return {
    ...(tooLarge ? { width: side, height: side, fit: 'inside', withoutEnlargement: 'true' } : {}),
    ...(VIEWABLE.includes(type) ? {} : { format: 'jpg' }),
  };
}

function bytesOf({ bytes, headers }: Answer, type: string): { mimeType: string; base64: string } {
  return { mimeType: headers.get('content-type')?.split(';')[0] ?? type, base64: bytes.toString('base64') };
}

function about({ title, type, width, height }: File): Record<string, unknown> {
  return { title, type, ...(width ? { size: `${width}x${height}` } : {}) };
}
