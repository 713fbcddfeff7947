import { fstatSync } from 'node:fs';
import { type Sandbox, SandboxError, startSandbox } from '../sandbox/index.ts';
import { progressPrinter } from './progress.ts';

export type SandboxFlags = { json?: boolean; port?: number; directus?: string };

/**
 * `sandbox`: starts a Directus with sample content, prints how to reach it, and keeps it until it is interrupted.
 * With `--json`, stdout gets one line when it is ready, and closing a pipe on stdin stops it too.
 */
export async function run(options: SandboxFlags): Promise<void> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  if (options.json) onPipeClosed(stop);

  const progress = progressPrinter();
  try {
    const sandbox = await startSandbox({
      version: options.directus,
      port: options.port,
      onProgress: progress.show,
      signal: stopping.signal,
    });
    progress.done();
    console.log(options.json ? jsonLine(sandbox) : summary(sandbox));
    await until(stopping.signal, sandbox);
  } catch (error) {
    progress.done();
    if (stopping.signal.aborted) process.exitCode = 130;
    else if (!(error instanceof SandboxError)) throw error;
    else {
      console.error(`error: ${error.message}`);
      process.exitCode = 1;
    }
  }
  // A pipe on stdin would keep the process alive.
  process.stdin.destroy();
}

async function until(signal: AbortSignal, sandbox: Sandbox): Promise<void> {
  const asked = new Promise<'asked'>((resolve) => {
    if (signal.aborted) resolve('asked');
    signal.addEventListener('abort', () => resolve('asked'), { once: true });
  });
  const reason = await Promise.race([asked, sandbox.ended]);
  await sandbox.stop();
  if (reason !== 'asked') throw new SandboxError('Directus has ended by itself: start the sandbox again.');
}

/** A program that started us with a pipe and is gone has closed it. */
function onPipeClosed(stop: () => void): void {
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.on('end', stop).on('error', stop).resume();
}

const jsonLine = ({ url, version, pid, admin, editor, readonly }: Sandbox) =>
  JSON.stringify({ url, version, pid, admin, editor, readonly });

function summary({ url, version, admin, editor, readonly }: Sandbox): string {
  return `Directus ${version} with the content of a small newsroom: ${url}

  admin      ${admin.email}   password ${admin.password}   token ${admin.token}
  editor     ${editor.email}  password ${editor.password}  token ${editor.token}
  read-only  token ${readonly.token}

The content is a fresh copy and goes when you stop it with Ctrl+C.`;
}
