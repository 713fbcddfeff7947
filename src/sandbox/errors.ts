/** Something the person who started the sandbox can mend. The message is one line that says what to do. */
export class SandboxError extends Error {
  override name = 'SandboxError';
}

/** The text of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim();
}
