import { BrokenAnswer } from './broken-answer.ts';

/** How long an endpoint may be silent, in milliseconds. */
export type Patience = {
  /** Until the first byte of its answer: it may have to load the model, and to read a long prompt. */
  firstByte: number;
  /** Between two bytes of an answer; comments that keep a stream alive count. */
  nextByte: number;
};

export const usualPatience: Patience = { firstByte: 300_000, nextByte: 60_000 };

type Fetch = typeof globalThis.fetch;

/** A fetch whose answers fail when they fall silent or their connection is lost, in words that say which it was. */
export const patientFetch =
  (patience: Patience = usualPatience): Fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    return new Response(listen(response.body, patience), response);
  };

function listen(body: ReadableStream<Uint8Array>, patience: Patience): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let allowed = patience.firstByte;
  return new ReadableStream({
    async pull(controller) {
      const silence = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        const seconds = Math.round(allowed / 1000);
        silence.reject(new BrokenAnswer('stalled', `it was silent for ${seconds} s`));
      }, allowed);
      try {
        const { done, value } = await Promise.race([reader.read(), silence.promise]);
        allowed = patience.nextByte;
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(asBroken(error));
        reader.cancel(error).catch(() => {});
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** A person's Stop stays what it is; everything else that ends a body early is a lost connection. */
function asBroken(error: unknown): unknown {
  if (error instanceof BrokenAnswer) return error;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) return error;
  return new BrokenAnswer('cut', 'the connection was lost');
}
