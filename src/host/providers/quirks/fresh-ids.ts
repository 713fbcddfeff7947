import { randomUUID } from 'node:crypto';
import type { LanguageModelMiddleware } from 'ai';
import { shortId } from './call-ids.ts';
import type { Part } from './settle.ts';

/**
 * Gives a call another id when its own was used before in the conversation, be it in a part that is no longer sent: by
 * the id a person's answer finds its call, and a second call must not be taken for the first.
 * @param used whether a call of the conversation has this id
 */
export function freshCallIds(used: (id: string) => boolean): LanguageModelMiddleware {
  const given = new Set<string>();

  function fresh(id: string): string {
    const own = used(id) || given.has(id) ? shortId(randomUUID()) : id;
    given.add(own);
    return own;
  }

  function rename(): TransformStream<Part, Part> {
    /** Of calls that are being written. */
    const open = new Map<string, string>();
    return new TransformStream({
      transform(part, controller) {
        if (part.type === 'tool-input-start') {
          open.set(part.id, fresh(part.id));
          controller.enqueue({ ...part, id: open.get(part.id) ?? part.id });
        } else if (part.type === 'tool-input-delta' || part.type === 'tool-input-end') {
          controller.enqueue({ ...part, id: open.get(part.id) ?? part.id });
        } else if (part.type === 'tool-call') {
          const toolCallId = open.get(part.toolCallId) ?? fresh(part.toolCallId);
          open.delete(part.toolCallId);
          controller.enqueue({ ...part, toolCallId });
        } else controller.enqueue(part);
      },
    });
  }

  return {
    specificationVersion: 'v4',
    async wrapStream({ doStream }) {
      const { stream, ...rest } = await doStream();
      return { ...rest, stream: stream.pipeThrough(rename()) };
    },
  };
}
