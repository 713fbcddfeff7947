import { once } from 'node:events';
import type { Sandbox } from '../sandbox/index.ts';
import { type Newsroom, openNewsroom } from './demo/newsroom.ts';
import { loadFor } from './options.ts';
import { progressPrinter } from './progress.ts';

export type DemoOptions = {
  /** Play the tour, also on a terminal. */
  tour?: boolean;
  /** Chat in the terminal instead of a browser. */
  terminal?: boolean;
  /** Version of Directus. */
  directus?: string;
  /** Port of Directus on loopback; a free one if left out. */
  port?: number;
};

/**
 * `demo`: starts a Directus with content, the demo model and the tools, and opens the pages on them, or the chat in this
 * terminal. Without a terminal it plays a tour instead. Everything stops at the end, whatever ends it.
 */
export async function run(options: DemoOptions): Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());

  const progress = progressPrinter();
  let newsroom: Newsroom | undefined;
  try {
    const { directus: version, port } = options;
    newsroom = await openNewsroom({ version, port, onProgress: progress.show, signal });
    progress.done();
    const problems = await show(newsroom, options, signal);
    for (const problem of problems) console.error(`error: ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  } catch (error) {
    progress.done();
    if (!signal.aborted) {
      console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  } finally {
    await newsroom?.stop();
  }
  // A tour that was interrupted would still wait for its model, which is gone.
  if (signal.aborted) process.exit(130);
}

/** @returns what went wrong */
async function show(
  newsroom: Newsroom,
  { tour, terminal }: DemoOptions,
  signal: AbortSignal,
): Promise<string[]> {
  if (tour || !process.stdin.isTTY || !process.stdout.isTTY) {
    const { playTour } = await import('./demo/tour.ts');
    return Promise.race([playTour(newsroom, signal), none(signal)]);
  }
  if (!terminal) {
    const { showPages } = await import('./demo/pages.ts');
    return showPages(newsroom, signal);
  }
  const { runChat } = await import('../terminal/index.ts');
  const { model, servers, sandbox } = newsroom;
  // The models a person has set up are there to choose: the demo model only stands in for them.
  await runChat({ model, servers, ai: loadFor({}).settings.ai, banner: bannerFor(sandbox) });
  return [];
}

function bannerFor({ url, version, admin }: Sandbox): string {
  return [
    `**directus-assistant** on Directus ${version} with the content of a small newsroom, with the demo model.`,
    `Studio: ${url}/admin (${admin.email}, password ${admin.password})`,
    'Try `show the newest 3 articles`, then `change the status of article 3 to draft`. `help` shows what the demo ' +
      'model understands, `/help` what can be typed.',
  ].join('\n\n');
}

/** No problems, once the signal fires. */
async function none(signal: AbortSignal): Promise<string[]> {
  await once(signal, 'abort');
  return [];
}
