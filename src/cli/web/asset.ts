import type { Reader } from '../../directus/connection.ts';
import { path } from '../../directus/path.ts';
import { ProblemError } from '../../web/server/problem.ts';

/** Pixels of a picture, and how it is cut. */
const SIZES: Record<'thumb' | 'full' | 'avatar', Record<string, string>> = {
  thumb: { width: '256', height: '256', fit: 'cover', format: 'auto', withoutEnlargement: 'true' },
  avatar: { width: '64', height: '64', fit: 'cover', format: 'auto' },
  full: { width: '1600', height: '1600', fit: 'inside', format: 'auto', withoutEnlargement: 'true' },
};

/** What Directus can make smaller; anything else could hold a script, or is no picture. */
const PICTURE = /^image\/(png|jpeg|gif|webp|avif|tiff)$/;

/** A picture of the library with the rights of the token; what is none comes as a file to keep. */
export async function asset(
  directus: Reader,
  id: string,
  size: 'thumb' | 'full' | 'avatar',
): Promise<Response> {
  const { type } = await directus.request<{ type: string | null }>('GET', path`/files/${id}`, {
    query: { fields: ['type'] },
  });
  const isPicture = PICTURE.test(type ?? '');
  if (!isPicture && size !== 'full') throw new ProblemError('not-found', 'That file is no picture.');
  const answer = await directus.fetch('GET', path`/assets/${id}`, isPicture ? { params: SIZES[size] } : {});
  const shown = answer.headers.get('content-type') ?? 'application/octet-stream';
  return new Response(new Uint8Array(answer.bytes), {
    headers: {
      'Content-Type': isPicture ? shown : 'application/octet-stream',
      'Cache-Control': 'private, max-age=300',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      ...(isPicture ? {} : { 'Content-Disposition': 'attachment' }),
    },
  });
}
