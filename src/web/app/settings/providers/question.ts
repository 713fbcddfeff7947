import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { ProviderQuestion, TestEvent } from '../../../settings-api.ts';
import { ApiError, problemIn } from '../../api.ts';

/**
 * Tries a provider as it stands in a form, and yields each finding as it comes.
 * @throws ApiError
 */
export async function* tryProvider(
  question: ProviderQuestion,
  signal: AbortSignal,
): AsyncGenerator<TestEvent> {
  const response = await fetch('/api/settings/test', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new ApiError('offline', 'The server does not answer. Check the connection, then try again.');
  });
  if (!response.ok || !response.body) throw await problemIn(response);
  const events = response.body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield JSON.parse(value.data) as TestEvent;
  }
}
