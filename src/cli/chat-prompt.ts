import { fstatSync } from 'node:fs';
import { UsageError } from './chat-model.ts';

/** How long a pipe may say nothing when there is a prompt already. */
const PATIENCE = 3000;

/**
 * What `-p` says and what is piped in, the one after the other.
 * @throws UsageError when that is nothing
 */
export async function promptOf(prompt: string | undefined): Promise<string> {
  const { readPiped, withPiped } = await import('../terminal/one-shot.ts');
  const piped = isPiped() ? await readPiped(process.stdin, prompt === undefined ? undefined : PATIENCE) : '';
  if (piped === undefined)
    console.error('warning: nothing came through the pipe on stdin; going on without it.');
  const whole = withPiped(prompt, piped ?? '');
  if (!whole) throw new UsageError('Nothing is asked. Say it with -p TEXT, or pipe it in.');
  return whole;
}

function isPiped(): boolean {
  if (process.stdin.isTTY) return false;
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket() || stdin.isFile();
  } catch {
    // Closed.
    return false;
  }
}
