import { fstatSync } from 'node:fs';
import { type DemoModel, startDemoModel } from '../sandbox/demo-model.ts';
import { type Sandbox, SandboxError, startSandbox } from '../sandbox/index.ts';
import { progressPrinter } from './progress.ts';

export type SandboxFlags = { json?: boolean; port?: number; directus?: string };

/**
 * `sandbox`: starts a Directus with sample content and the demo model, prints how to reach them, and keeps them until it
 * is interrupted. A chat on them is a process of its own, and may end or be killed while they stay. With `--json`, stdout gets one line when it is ready, and closing a pipe on stdin stops it too.
 */
export async function run(options: SandboxFlags): Promise<void> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  if (options.json) onPipeClosed(stop);

  const progress = progressPrinter();
  const demo = await startDemoModel();
  try {
    const sandbox = await startSandbox({
      version: options.directus,
      port: options.port,
      onProgress: progress.show,
      signal: stopping.signal,
    });
    progress.done();
    console.log(options.json ? jsonLine(sandbox, demo) : summary(sandbox, demo));
    await until(stopping.signal, sandbox);
  } catch (error) {
    progress.done();
    if (stopping.signal.aborted) process.exitCode = 130;
    else if (!(error instanceof SandboxError)) throw error;
    else {
      console.error(`error: ${error.message}`);
      process.exitCode = 1;
    }
  } finally {
    await demo.stop();
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

const jsonLine = ({ url, version, pid, admin, editor, readonly }: Sandbox, { baseUrl, model }: DemoModel) =>
  JSON.stringify({ url, version, pid, admin, editor, readonly, demo: { baseUrl, model } });

function summary({ url, version, admin, editor, readonly }: Sandbox, { baseUrl, model }: DemoModel): string {
  return `Directus ${version} with the content of a small newsroom: ${url}

  admin      ${admin.email}   password ${admin.password}   token ${admin.token}
  editor     ${editor.email}  password ${editor.password}  token ${editor.token}
  read-only  token ${readonly.token}

The demo model, which is a script: ${baseUrl}. To chat with it about this content:

  DIRECTUS_URL=${url} DIRECTUS_TOKEN=${admin.token} directus-assistant chat --allow-deletes --base-url ${baseUrl} --model ${model}

The content is a fresh copy and goes when you stop it with Ctrl+C.`;
}
