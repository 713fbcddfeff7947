import { AsyncLocalStorage } from 'node:async_hooks';

/** What was said last is read by then. */
const GRACE_MS = 250;

/**
 * Notices when the answer to a call over HTTP breaks off. The MCP library waits for its time to be up then, ten minutes
 * in which nothing can come any more.
 */
export type CutAnswers = {
  /** Sends the requests of the transport. */
  fetch: typeof fetch;
  /**
   * Makes a call.
   * @param signal aborts when its answer has broken off
   */
  during<T>(call: (cut: AbortSignal) => Promise<T>): Promise<T>;
};

/** @param send sends a request: default over the network */
export function watchAnswers(send: typeof fetch = fetch): CutAnswers {
  const calls = new AsyncLocalStorage<() => void>();
  return {
    async fetch(input, init) {
      const cut = calls.getStore();
      const response = await send(input, init);
      const isStream = response.headers.get('content-type')?.includes('text/event-stream');
      if (!cut || !isStream || !response.body) return response;
      return new Response(endNoticed(response.body, cut), response);
    },
    during(call) {
      const broken = new AbortController();
      return calls.run(
        () => broken.abort(),
        () => call(broken.signal),
      );
    },
  };
}

/**
 * Lets a stream of events pass. One whose events have ids can be taken up again where it ended, so its end says nothing.
 */
function endNoticed(body: ReadableStream<Uint8Array>, cut: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let resumable = false;
  const ended = () => {
    if (!resumable) setTimeout(cut, GRACE_MS).unref();
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          resumable ||= /^id:/m.test(decoder.decode(value, { stream: true }));
          controller.enqueue(value);
          return;
        }
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      ended();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
