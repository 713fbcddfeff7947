/**
 * A request whose signal aborts when its caller gives up. One that Node makes hears of it only while somebody holds the
 * request itself, and who answers may hold no more than its signal: a stream on which it listens would never end.
 */
export function heardRequest(
  input: Parameters<typeof fetch>[0],
  { signal, ...init }: RequestInit = {},
): Request {
  const request = new Request(input, init);
  return signal ? Object.defineProperty(request, 'signal', { value: signal }) : request;
}
