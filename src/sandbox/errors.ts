/** Something the person who started the sandbox can mend. The message is one line that says what to do. */
export class SandboxError extends Error {
  override name = 'SandboxError';
}

/** The text of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim();
}

/** The code of a Node or libuv error (`ENOSPC`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
