import type { CallToolResult } from '@modelcontextprotocol/client';
import * as z from 'zod';
import { type Receiver, takes } from '../attachments/media.ts';
import { toAttachment } from '../attachments/read.ts';
import type { Attachment } from '../attachments/types.ts';
import { isRecord, textOf, toModelOutput } from '../mcp/output.ts';
import type { Servers } from '../mcp/servers.ts';
import { dataBlock } from './block.ts';
import { dataIn } from './data.ts';
import type { ContextItem } from './item.ts';

const row = z.object({
  id: z.string(),
  title: z.string().nullish(),
  filename_download: z.string().nullish(),
  type: z.string().nullish(),
  // Some databases answer with text.
  filesize: z.coerce.number().nullish(),
});

/** A file of the Directus library, as people choose it; `size` in bytes, where it is known. */
export type LibraryFile = {
  id: string;
  title: string;
  filename: string;
  type: string;
  size: number | undefined;
};

/**
 * Files of the library with each of these words in their title or name, the newest first; without words the newest ones.
 * @throws an Error for people, from the server
 */
export async function searchLibrary(
  servers: Pick<Servers, 'read'>,
  words: string,
  signal?: AbortSignal,
): Promise<LibraryFile[]> {
  const each = words.split(/\s+/).filter(Boolean).map(named);
  const query = {
    fields: Object.keys(row.shape),
    sort: ['-uploaded_on'],
    limit: 25,
    ...(each.length > 0 && { filter: { _and: each } }),
  };
  const rows = z
    .array(row)
    .parse(dataIn(await servers.read('files', { action: 'read', query }, signal)) ?? []);
  return rows.map(({ id, title, filename_download: filename, type, filesize }) => ({
    id,
    title: title ?? filename ?? id,
    filename: filename ?? id,
    type: type ?? '',
    size: filesize ?? undefined,
  }));
}

const named = (word: string) => ({
  _or: ['title', 'filename_download'].map((field) => ({ [field]: { _icontains: word } })),
});

/**
 * A file of the library for a message: an image, sound or PDF as it is, as large as models can make use of; a text, and
 * a PDF that the model does not take or that is too large, as text.
 * @throws an Error for people, from the server
 */
export async function libraryAttachment(
  servers: Pick<Servers, 'read'>,
  model: Receiver,
  id: string,
  signal?: AbortSignal,
): Promise<Attachment | ContextItem> {
  const assets = (original: boolean) => servers.read('assets', { id, ...(original && { original }) }, signal);
  let result = await assets(true).catch(() => undefined);
  signal?.throwIfAborted();
  let media = result && mediaOf(result);
  if (!result || (media?.mediaType === 'application/pdf' && !takes(model, media.mediaType))) {
    result = await assets(false);
    media = mediaOf(result);
  }
  const title = titleOf(result) ?? id;
  if (media) return toAttachment(title, Buffer.from(media.data, 'base64'));
  return { label: title, text: dataBlock('file', { library: id, title }, textOf(result)) };
}

function mediaOf(result: CallToolResult): { data: string; mediaType: string } | undefined {
  const output = toModelOutput(result);
  for (const part of output.type === 'content' ? output.value : []) {
    if (part.type !== 'file' || part.data.type !== 'data' || typeof part.data.data !== 'string') continue;
    return { data: part.data.data, mediaType: part.mediaType };
  }
  return undefined;
}

function titleOf(result: CallToolResult): string | undefined {
  const data = dataIn(result);
  return isRecord(data) && typeof data.title === 'string' && data.title ? data.title : undefined;
}
