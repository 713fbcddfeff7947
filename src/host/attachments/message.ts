import type { FilePart, TextPart, UserContent } from 'ai';
import { dataBlock } from '../context-items/block.ts';
import type { ContextItem } from '../context-items/item.ts';
import { mostExtras } from './limits.ts';
import { isMedia } from './media.ts';
import { OURS, sizeOf } from './size.ts';
import type { Attachment, AttachmentStore } from './types.ts';

/** What goes along with a message. */
export type Extra = Attachment | ContextItem;

/**
 * A message of the person with what goes along: context and texts as marked blocks, media by name, their bytes in the
 * store.
 * @throws an Error for people when it is too much
 */
export async function messageContent(
  store: AttachmentStore,
  text: string,
  extras: readonly Extra[],
): Promise<UserContent> {
  if (extras.length > mostExtras) {
    const left = extras.length - mostExtras;
    throw new Error(
      `At most ${mostExtras} attachments and context items go along with one message, and these are ${extras.length}: take out ${left}.`,
    );
  }
  if (extras.length === 0) return text;
  return [...(await attach(store, extras)), ...(text.trim() ? [{ type: 'text' as const, text }] : [])];
}

/** The parts of a message that stand for what goes along with it. */
export function attach(store: AttachmentStore, extras: readonly Extra[]): Promise<(TextPart | FilePart)[]> {
  return Promise.all(extras.map((extra) => toPart(store, extra)));
}

/** How people see a part of a message that was attached; undefined for what they wrote themselves. */
export function labelOf(part: TextPart | FilePart): string | undefined {
  if (part.type === 'file') return part.filename ?? part.mediaType;
  const label = part.providerOptions?.[OURS]?.label;
  return typeof label === 'string' ? label : undefined;
}

/** The name in the store of what a part stands for; undefined when it is not from there. */
export function hashIn(url: URL): string | undefined {
  return url.protocol === 'attachment:' ? url.pathname : undefined;
}

async function toPart(store: AttachmentStore, extra: Extra): Promise<TextPart | FilePart> {
  if (!('bytes' in extra)) return labelled(extra.label, extra.text);
  const { filename, mediaType, bytes } = extra;
  if (!isMedia(mediaType)) {
    const text = new TextDecoder().decode(bytes);
    return labelled(filename, dataBlock('file', { name: filename }, text));
  }
  return {
    type: 'file',
    data: `attachment:${await store.put(bytes)}`,
    mediaType,
    filename,
    // What it will cost is estimated long before the bytes are read.
    providerOptions: { [OURS]: sizeOf(mediaType, bytes) },
  };
}

/** Says in the part how people see it: its text is a block for models. */
const labelled = (label: string, text: string): TextPart => ({
  type: 'text',
  text,
  providerOptions: { [OURS]: { label } },
});
