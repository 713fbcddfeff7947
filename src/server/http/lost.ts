import type { Body } from './incoming.ts';

const LOST =
  'The instance that worked on this was lost. If it was a change, nobody knows whether it was made: look before you repeat it.';

/** A request was sent to another instance, and nobody knows what became of it. */
export class LostError extends Error {
  constructor() {
    super(LOST);
    this.name = 'LostError';
  }
}

/** What is said of a request that was not finished when this instance had to stop. */
export const STOPPED =
  'The server stopped before this was done. If it was a change, nobody knows whether it was made: look before you repeat it.';

/** The same answer of another instance; a stream that breaks off ends with an error for each request, not in silence. */
export function withLastWords(answer: Response, body: Body | undefined): Response {
  const ids = (body?.messages ?? []).flatMap(({ id, method }) =>
    method !== undefined && id !== undefined ? [id] : [],
  );
  if (
    !answer.body ||
    ids.length === 0 ||
    !answer.headers.get('content-type')?.startsWith('text/event-stream')
  )
    return answer;
  const reader = answer.body.getReader();
  const words = new TextEncoder().encode(ids.map(eventOf).join(''));
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (value) controller.enqueue(value);
        if (done) controller.close();
      } catch {
        controller.enqueue(words);
        controller.close();
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(stream, { status: answer.status, headers: answer.headers });
}

function eventOf(id: unknown): string {
  const message = { jsonrpc: '2.0', id, error: { code: -32000, message: LOST } };
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`;
}
