/** What is at the bottom of an error, in a word or a line: `ECONNREFUSED`. */
export function rootCause(error: unknown): string {
  let last = error;
  while (last instanceof Error && last.cause !== undefined) last = last.cause;
  // Connecting to several addresses fails with all their errors in one.
  if (last instanceof AggregateError) last = last.errors[0];
  if (last instanceof Error)
    return 'code' in last && typeof last.code === 'string' ? last.code : last.message;
  return String(last);
}
