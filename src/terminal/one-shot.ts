import {
  type ChatEvent,
  type ChatModel,
  type ChatOptions,
  callKey,
  type OneShotResult,
  runOnce,
  type Servers,
} from '../host/index.ts';
import type { Settings } from '../settings/schema.ts';
import { duration, oneLine, printable } from './text.ts';

export type AskOnceOptions = {
  prompt: string;
  approve: 'reads' | 'all' | 'none';
  output: 'text' | 'json';
  model: ChatModel;
  servers: Servers;
  ai: Settings['ai'];
  /** Its conversation, and what chats of this installation keep. */
  host?: Pick<ChatOptions, 'conversation' | 'meter' | 'uploads' | 'approvalSecret'>;
  signal: AbortSignal;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
};

/** How `chat -p` ends, for scripts. 2 is wrong usage or settings, as for every command. */
export const EXIT = { ok: 0, failed: 1, usage: 2, denied: 3, inVain: 4, interrupted: 130 } as const;

/**
 * Asks once. Only the answer (or one JSON document) goes to `out`, everything else to `err`.
 * @returns the exit code
 */
export async function askOnce(options: AskOnceOptions): Promise<number> {
  const { prompt, approve, output, model, servers, ai, signal, out, err } = options;
  const { approvals, systemPrompt, maxSteps } = ai;
  const result = await runOnce({
    ...options.host,
    model,
    servers,
    approvals,
    systemPrompt,
    maxSteps,
    prompt,
    approve,
    signal,
    onEvent: (event) => tell(event, err),
  });
  if (output === 'json') out.write(`${JSON.stringify(result)}\n`);
  else {
    for (const call of result.toolCalls) err.write(`${callLine(call)}\n`);
    // A file gets the answer as it is; a terminal must not be driven by it.
    const text = 'isTTY' in out && out.isTTY ? printable(result.text) : result.text;
    if (text.trim()) out.write(`${text.trimEnd()}\n`);
  }
  const problem = result.problem ?? inVain(result);
  if (problem) err.write(`Error: ${printable(problem)}\n`);
  for (const { tool, action, reason } of result.denied) {
    const hint = approve === 'reads' && !reason.includes('disabled') ? ' With --approve all it would.' : '';
    err.write(`Not run: ${callKey({ tool, action })}: ${oneLine(reason)}${hint}\n`);
  }
  return exitCode(result);
}

/** What happens beside the answer, for whoever reads along. */
function tell(event: ChatEvent, err: NodeJS.WritableStream): void {
  if (event.type === 'waiting') {
    const seconds = Math.max(1, Math.round((event.until - Date.now()) / 1000));
    err.write(`${printable(event.reason)} Again in ${seconds} s.\n`);
  } else if (event.type === 'warning' || event.type === 'corrected') err.write(`${printable(event.text)}\n`);
}

function exitCode(result: OneShotResult): number {
  if (result.state === 'stopped') return EXIT.interrupted;
  if (result.state !== 'done') return EXIT.failed;
  if (result.denied.length > 0) return EXIT.denied;
  return inVain(result) ? EXIT.inVain : EXIT.ok;
}

/** What is to be said when nothing worked of what was tried: of the changes, when there were some, else of all calls. */
function inVain({ state, toolCalls }: OneShotResult): string | undefined {
  if (state !== 'done') return undefined;
  const changes = toolCalls.filter(({ effect }) => effect !== 'read' && effect !== 'unknown');
  const worked = (calls: OneShotResult['toolCalls']) =>
    calls.length === 0 || calls.some(({ isError }) => !isError);
  if (!worked(changes)) return 'No change was made: every call that was to make one failed.';
  if (!worked(toolCalls)) return 'Every tool call failed, so the answer rests on nothing that was read.';
  return undefined;
}

function callLine({ tool, action, isError, ms }: OneShotResult['toolCalls'][number]): string {
  const time = ms === undefined ? '' : ` (${duration(ms)})`;
  return `${isError ? '✗' : '✓'} ${printable(callKey({ tool, action }))}${time}`;
}

/** Adds what was piped to the prompt, or makes it the prompt. */
export function withPiped(prompt: string | undefined, piped: string): string {
  return [prompt, piped].filter((text) => text?.trim()).join('\n\n');
}

/**
 * Reads what is piped to `stdin`. With `patience` (milliseconds) a silent pipe is given up after that: programs
 * that start us often leave one open.
 * @returns undefined when it was given up
 */
export async function readPiped(stdin: NodeJS.ReadStream, patience?: number): Promise<string | undefined> {
  const chunks: string[] = [];
  stdin.setEncoding('utf8');
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const timer = patience === undefined ? undefined : setTimeout(() => resolve(undefined), patience);
  stdin.on('data', (chunk: string) => {
    clearTimeout(timer);
    chunks.push(chunk);
  });
  stdin.once('end', () => resolve(chunks.join('')));
  stdin.once('error', () => resolve(chunks.join('')));
  const text = await promise;
  clearTimeout(timer);
  // An open pipe would keep the process alive.
  stdin.destroy();
  return text;
}
