import { HttpChatTransport, type UIMessageChunk } from 'ai';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { ChatMessage } from '../../api.ts';
import { ApiError, problemIn } from '../api.ts';

type Bytes = Parameters<HttpChatTransport<ChatMessage>['processResponseStream']>[0];

/**
 * Reads the turn of a conversation that runs, from its start. A turn never begins here, see `conversation.ts`.
 * The AI SDK's own transport validates with Zod what the server of the same version has written, at a fifth of the page.
 */
export class TurnTransport extends HttpChatTransport<ChatMessage> {
  /** @param idOf the conversation that is open when a turn is read */
  constructor(idOf: () => string) {
    super({
      fetch: turnOf,
      prepareReconnectToStreamRequest: () => ({ api: `/api/conversations/${idOf()}/stream` }),
    });
  }

  protected processResponseStream(stream: Bytes): ReadableStream<UIMessageChunk> {
    return endedInWords(stream)
      .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
      .pipeThrough(new EventSourceParserStream())
      .pipeThrough(
        new TransformStream({
          transform({ data }, controller) {
            if (data !== '[DONE]') controller.enqueue(JSON.parse(data));
          },
        }),
      );
  }
}

/**
 * The same bytes, that end with words for people where the connection does. What browsers say of it, the AI SDK takes for
 * a reason to keep what has come, and the turn, read again from its start, would stand behind it a second time.
 */
function endedInWords(stream: Bytes): Bytes {
  const reader = stream.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw isAbort(error) ? error : lost();
      });
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const lost = () => new ApiError('offline', 'The connection to the server is lost.');

/** @throws ApiError */
async function turnOf(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init).catch((error: unknown) => {
    if (init?.signal?.aborted) throw error;
    throw lost();
  });
  if (!response.ok) throw await problemIn(response);
  return response;
}
