/**
 * A request whose signal aborts when its caller gives up. One that Node makes hears of it only while somebody holds the
 * request itself, and who answers often holds no more than its signal: a stream would never end, a call would go on.
 */
export function heardRequest(
  input: Parameters<typeof fetch>[0],
  { signal, ...init }: RequestInit = {},
): Request {
  const request = new Request(input, init);
  return signal ? Object.defineProperty(request, 'signal', { value: signal }) : request;
}
