/**
 * Waits for something that goes on without whoever waits, as others may wait for it too.
 * @throws what it throws, or the reason of the signal as soon as that fires
 */
export async function abortable<T>(going: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return going;
  signal.throwIfAborted();
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([going, givenUp]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
