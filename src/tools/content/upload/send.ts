import { randomBytes } from 'node:crypto';
import { dataOf } from '../../../directus/answers.ts';
import type { Directus } from '../../../directus/connection.ts';
import type { Row } from '../../rows/target.ts';
import type { Source } from './source.ts';

/** Content, as opposed to an address that Directus fetches itself. */
export type Content = Exclude<Source, { url: string }>;

/** What became of an upload: the file as stored, and why it is not whole where it is not. */
export type Sent = { stored: Row | undefined; failure?: unknown };

/**
 * Sends a file to Directus piece by piece.
 *
 * An upload whose connection is cut leaves a row without a file in Directus, an open file on its disk, and nothing
 * that tells which row it was. So one that is cancelled, or whose source fails, is brought to its end in good form
 * and told as failed: the caller removes the short file. For the same reason the length is not announced.
 * @param fields of the file, beside its content
 * @param read what to read back of it
 * @param sent is told of each piece in bytes
 * @param signal ends the upload early
 */
export async function send(
  directus: Directus,
  { content, fields, read }: { content: Content; fields: Row; read: string[] },
  sent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Sent> {
  const boundary = `directus-assistant-${randomBytes(12).toString('hex')}`;
  let failure: unknown;
  const stream = async function* () {
    failure = undefined;
    yield Buffer.from(headOf(content, fields, boundary));
    try {
      for await (const piece of content.chunks()) {
        signal.throwIfAborted();
        yield piece;
        sent(piece.length);
      }
    } catch (error) {
      failure = error;
    }
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  };
  const answer = await directus.fetch('POST', '/files', {
    params: { fields: read.join() },
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    stream,
  });
  return { stored: dataOf<Row | undefined>(answer, 'POST'), ...(failure === undefined ? {} : { failure }) };
}

/** All of the form before the content. Directus wants the fields first. */
function headOf({ name, type }: Content, fields: Row, boundary: string): string {
  const parts = Object.entries(fields).map(([field, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(field)}"\r\n\r\n${text}\r\n`;
  });
  const about = `Content-Disposition: form-data; name="file"; filename="${quoted(name)}"\r\nContent-Type: ${type}`;
  return `${parts.join('')}--${boundary}\r\n${about}\r\n\r\n`;
}

/** Within quotes of a header; the name itself travels in a field, where nothing needs to be changed. */
function quoted(text: string): string {
  return text.replace(/["\\\r\n]/g, '_');
}
