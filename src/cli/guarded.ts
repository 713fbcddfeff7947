import { printable } from '../terminal/text.ts';

/** Runs a command: what goes wrong is one line for people, and the exit code says that it did. */
export async function guarded(work: () => Promise<void>): Promise<void> {
  // `history show ... | head` closes the pipe early, and that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await work();
  } catch (error) {
    console.error(printable(`error: ${error instanceof Error ? error.message : String(error)}`));
    process.exitCode = 1;
  }
}
