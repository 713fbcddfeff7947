import type { AsyncIterableStream, TextStreamPart, ToolSet } from 'ai';

type Part = TextStreamPart<ToolSet>;

/**
 * Passes a stream on and sees each part first. However it ends (done, thrown, or given up by its reader) `finish`
 * runs once, after the source has said its last.
 */
export function watch<T>(
  source: ReadableStream<Part>,
  hooks: { see: (part: Part) => Part; stop: () => void; finish: () => Promise<T> },
): { stream: AsyncIterableStream<Part>; end: Promise<T> } {
  const { promise: end, resolve, reject } = Promise.withResolvers<T>();
  const reader = source.getReader();

  async function next(): Promise<Part | undefined> {
    try {
      const { done, value } = await reader.read();
      if (!done) return hooks.see(value);
    } catch (error) {
      hooks.see({ type: 'error', error });
    }
    await hooks.finish().then(resolve, reject);
    return undefined;
  }

  const stream = new ReadableStream<Part>({
    async pull(controller) {
      const part = await next();
      if (part) controller.enqueue(part);
      else controller.close();
    },
    async cancel() {
      hooks.stop();
      while (await next());
    },
  });
  return { stream: stream as AsyncIterableStream<Part>, end };
}
