import type { Endpoint, ModelChoice } from '../providers/endpoints.ts';
import type { Attachment } from './types.ts';

/** Every text is this, whatever its name: models see it as text. */
export const TEXT = 'text/plain';

export const TYPES_IN_WORDS =
  'PNG, JPEG, GIF and WebP images, PDF, text and code, audio (MP3, WAV, M4A, OGG, FLAC, AAC, AIFF), MP4 and WebM video';

type Media = 'images' | 'PDF' | 'audio' | 'video';

const MEDIA: Record<string, Media> = {
  'image/png': 'images',
  'image/jpeg': 'images',
  'image/gif': 'images',
  'image/webp': 'images',
  'application/pdf': 'PDF',
  'audio/mpeg': 'audio',
  'audio/wav': 'audio',
  'audio/mp4': 'audio',
  'audio/ogg': 'audio',
  'audio/flac': 'audio',
  'audio/aac': 'audio',
  'audio/aiff': 'audio',
  'video/mp4': 'video',
  'video/webm': 'video',
};

export const isMedia = (type: string): boolean => Object.hasOwn(MEDIA, type);

/**
 * What the APIs take, and the bytes one file may have, as they document it. OpenAI hears only over an API that the chat
 * does not use. A compatible endpoint is sure to take nothing but images.
 */
const TAKES: Record<Endpoint['kind'], Partial<Record<Media, number>>> = {
  openai: { images: 50_000_000, PDF: 50_000_000 },
  anthropic: { images: 5_000_000, PDF: 32_000_000 },
  google: { images: 50_000_000, PDF: 50_000_000, audio: 50_000_000, video: 50_000_000 },
  compatible: { images: 20_000_000 },
};

/** What must be known of a model to judge what it can be sent. */
export type Receiver = Pick<ModelChoice, 'name' | 'provider' | 'label' | 'attachments' | 'contextWindow'>;

/** Whether a model can be sent media of a type and size (in bytes), by what is known of its API. */
export function takes({ provider, attachments }: Receiver, type: string, size = 0): boolean {
  const most = mostOf(provider, type);
  return attachments && most !== undefined && size <= most;
}

/**
 * Why an attachment must not be sent to a model, and which ones take it; undefined when it can be sent.
 * @param others the models to choose from, such as `listModels(settings.ai)`
 */
export function refuseAttachment(
  model: Receiver,
  attachment: Attachment,
  others: readonly Receiver[] = [],
): string | undefined {
  const { filename, mediaType: type, bytes } = attachment;
  if (!isMedia(type)) return refuseText(model, attachment);
  if (!takes(model, type)) {
    const taken = model.attachments ? `only ${takenBy(model.provider)} and text` : 'only text';
    return `${filename} (${type}) cannot be sent: ${model.label} takes ${taken}.${instead(attachment, others)}`;
  }
  const most = mostOf(model.provider, type) ?? 0;
  if (bytes.length <= most) return undefined;
  const sizes = `it has ${megabytes(bytes.length)}, and ${model.label} takes at most ${megabytes(most)}`;
  return `${filename} cannot be sent: ${sizes}.${instead(attachment, others)}`;
}

/** Bytes of a letter and letters of a token differ; this is too low for no usual text. */
const BYTES_OF_TOKEN = 4;

function refuseText({ label, contextWindow }: Receiver, { filename, bytes }: Attachment): string | undefined {
  const tokens = Math.round(bytes.length / BYTES_OF_TOKEN);
  if (tokens < contextWindow) return undefined;
  const words = [tokens, contextWindow].map((count) => count.toLocaleString('en'));
  return `${filename} cannot be sent: it has about ${words[0]} tokens, and ${label} takes ${words[1]} in all. Attach a part of it.`;
}

function instead(attachment: Attachment, others: readonly Receiver[]): string {
  if (others.length === 0) return '';
  const able = others.filter((other) => refuseAttachment(other, attachment) === undefined);
  if (able.length === 0) return ' None of the models in the settings takes it.';
  const names = able.slice(0, 4).map(({ name }) => name);
  return ` Choose a model that takes it: ${names.join(', ')}${able.length > names.length ? ' and others' : ''}.`;
}

/** Bytes a file of this type may have; undefined when the provider takes none. */
function mostOf(provider: string, type: string): number | undefined {
  const kind = kindOf(provider);
  // Gemini answers an error to the one image format that can move.
  if (kind === 'google' && type === 'image/gif') return undefined;
  const media = isMedia(type) ? MEDIA[type] : undefined;
  return media && TAKES[kind][media];
}

const takenBy = (provider: string): string =>
  Object.keys(TAKES[kindOf(provider)])
    .join(', ')
    .replace('images', kindOf(provider) === 'google' ? 'images other than GIF' : 'images');

/** The built-in providers are known by their kind, all others are compatible ones. */
const kindOf = (provider: string): Endpoint['kind'] =>
  provider === 'openai' || provider === 'anthropic' || provider === 'google' ? provider : 'compatible';

/** A size in words: `3.2 MB`. */
export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
