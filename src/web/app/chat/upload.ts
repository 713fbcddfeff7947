import type { Uploaded } from '../../api.ts';
import { ApiError, problemIn } from '../api.ts';

/**
 * Sends a file. `fetch` does not tell how far a request is, so this is an older way.
 * @param progress told how much has gone, from 0 to 1
 * @throws ApiError
 */
export function upload(
  conversation: string,
  file: File,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<Uploaded> {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.open(
      'POST',
      `/api/conversations/${conversation}/attachments?name=${encodeURIComponent(file.name)}`,
    );
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => progress(total === 0 ? 0 : loaded / total);
    request.onerror = () => reject(new ApiError('offline', 'The server does not answer. Try again.'));
    request.onabort = () => reject(new ApiError('failed', 'Taken out.'));
    request.onload = () => {
      const { status, responseText } = request;
      if (status === 201) resolve(JSON.parse(responseText) as Uploaded);
      else void problemIn(new Response(responseText, { status })).then(reject);
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
