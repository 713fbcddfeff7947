import { BrokenAnswer } from './broken-answer.ts';

/** How long an endpoint may be silent, in milliseconds. */
export type Patience = {
  /** Until the first byte of its answer: it may have to load the model, and to read a long prompt. */
  firstByte: number;
  /** Between two bytes of an answer; comments that keep a stream alive count. */
  nextByte: number;
  /** For a whole answer, however it trickles: a stream that is only kept alive would never end. */
  whole: number;
};

const HOUR = 3_600_000;

/** A slow machine may take most of an hour to write as much as models may write. */
export const usualPatience: Patience = { firstByte: 300_000, nextByte: 60_000, whole: HOUR };

/** Most of one answer, unpacked: a small file can unfold to gigabytes, and no answer of a model is a hundredth of it. */
const MOST_MB = 64;

type Fetch = typeof globalThis.fetch;

/**
 * A fetch whose answers fail when they fall silent, do not end or their connection is lost, in words that say which it
 * was.
 */
export const patientFetch =
  (patience: Patience = usualPatience): Fetch =>
  async (input, init) => {
    const asked = performance.now();
    const response = await begin(input, init, patience);
    if (!response.body) return response;
    return new Response(listen(response.body, patience, asked), response);
  };

/** Waits for the head of an answer: who is silent before it does not answer either, though it can be reached. */
async function begin(
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
  { firstByte }: Patience,
): Promise<Response> {
  const stop = new AbortController();
  const signal = init?.signal ? AbortSignal.any([init.signal, stop.signal]) : stop.signal;
  const silent = new BrokenAnswer('stalled', `it was silent for ${seconds(firstByte)} s`);
  const timer = setTimeout(() => stop.abort(silent), firstByte);
  try {
    return await fetch(input, { ...init, signal });
  } finally {
    clearTimeout(timer);
  }
}

function listen(
  body: ReadableStream<Uint8Array>,
  patience: Patience,
  asked: number,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const end = asked + patience.whole;
  let allowed = Math.max(0, asked + patience.firstByte - performance.now());
  let began = false;
  let room = MOST_MB * 1024 * 1024;
  return new ReadableStream({
    async pull(controller) {
      const left = end - performance.now();
      const stalled = Promise.withResolvers<never>();
      const giveUp = () => {
        const late = `it had not ended after ${seconds(patience.whole)} s`;
        const silent = `it was silent for ${seconds(began ? patience.nextByte : patience.firstByte)} s`;
        stalled.reject(new BrokenAnswer('stalled', left < allowed ? late : silent));
      };
      // What never pauses would never let a timer fire.
      if (left <= 0) giveUp();
      const timer = setTimeout(giveUp, Math.min(left, allowed));
      try {
        const { done, value } = await Promise.race([stalled.promise, reader.read()]);
        began = true;
        allowed = patience.nextByte;
        room -= value?.length ?? 0;
        if (room < 0) throw new BrokenAnswer('garbled', `it sent more than ${MOST_MB} MB`);
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

const seconds = (ms: number): number => Math.round(ms / 1000);

/** A person's Stop stays what it is; everything else that ends a body early is a lost connection. */
function asBroken(error: unknown): unknown {
  if (error instanceof BrokenAnswer) return error;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) return error;
  return new BrokenAnswer('cut', 'the connection was lost');
}
