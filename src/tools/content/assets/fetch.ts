import { notDirectus } from '../../../directus/answers.ts';
import type { RawOptions } from '../../../directus/connection.ts';
import type { Answer } from '../../../directus/http.ts';
import { path } from '../../../directus/path.ts';
import type { Context } from '../../define.ts';
import type { File } from './file.ts';

/** What a proxy, or whatever else is before Directus, answers with. */
const OF_OTHERS = ['text/html', 'application/json'];

/**
 * The content of a file.
 * @param type of the file, which Directus answers with unless it scales an image
 * @throws ToolError when such a page came in its place: it would be shown as the file
 */
export async function fetchContent(
  { directus, signal }: Context,
  { id }: File,
  type: string,
  options: Pick<RawOptions, 'params' | 'headers'> = {},
): Promise<Answer> {
  const answer = await directus.fetch('GET', path`/assets/${id}`, { ...options, signal });
  const answered = answer.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  if (OF_OTHERS.includes(answered) && answered !== type) throw notDirectus();
  return answer;
}
