import { type CallRecord, textOf } from '../../../host/index.ts';
import type { CallView, OutputView } from '../../api.ts';

/** Letters of a result that go to a page; the rest is for the model. */
const MOST_TEXT = 20_000;
/** Base64 letters of all images of a result. */
const MOST_IMAGES = 4_000_000;
/** What a picture may be; anything else could hold a script. */
const PICTURES = /^image\/(png|jpeg|gif|webp|avif)$/;

/** What a tool gave back, as pages show it. */
export function outputView(output: unknown, isError: boolean): OutputView {
  const text = textOf(output);
  return { text: text.slice(0, MOST_TEXT), isError, images: imagesOf(output), cut: text.length > MOST_TEXT };
}

function imagesOf(output: unknown): string[] {
  let room = MOST_IMAGES;
  return blocksOf(output).flatMap((block) => {
    const { type, data, mimeType } = block as { type?: unknown; data?: unknown; mimeType?: unknown };
    if (type !== 'image' || typeof data !== 'string' || typeof mimeType !== 'string') return [];
    room -= data.length;
    return room >= 0 && PICTURES.test(mimeType) ? [`data:${mimeType};base64,${data}`] : [];
  });
}

function blocksOf(output: unknown): object[] {
  if (typeof output !== 'object' || output === null || !('content' in output)) return [];
  const { content } = output;
  return Array.isArray(content) ? content.filter((block) => typeof block === 'object' && block !== null) : [];
}

/** What pages know of a call. */
export function callView(record: CallRecord, progress?: string): CallView {
  const { toolCallId, server, tool, action, effect, state, preview, reason, ms, tokens } = record;
  return {
    toolCallId,
    server,
    tool,
    action,
    effect,
    state,
    ...(preview !== undefined && { preview }),
    ...(reason !== undefined && { reason }),
    ...(ms !== undefined && { ms }),
    ...(tokens !== undefined && { tokens }),
    ...(progress !== undefined && { progress }),
  };
}
