import type { OpenConversation } from '../host/conversations/store.ts';
import { connectServers, quickModel, readServers, type Servers, startTelemetry } from '../host/index.ts';
import type { Settings } from '../settings/schema.ts';
import { printable } from '../terminal/text.ts';
import { version } from '../version.ts';
import {
  chooseConversation,
  howToResume,
  type Keeping,
  lastModel,
  openKeeping,
  type Which,
} from './chat-keep.ts';
import { allowNamed, howToConfigure, modelFor, offerModel, UsageError } from './chat-model.ts';
import { promptOf } from './chat-prompt.ts';
import { ownServer } from './chat-server.ts';
import { loadFor, type SettingsOptions } from './options.ts';

export type ChatOptions = SettingsOptions & {
  /** `-p`: ask once and end. */
  prompt?: string;
  approve?: 'reads' | 'all' | 'none';
  output?: 'text' | 'json';
  baseUrl?: string;
  apiKey?: string;
  /** Go on with the conversation last used. */
  continue?: boolean;
  /** Go on with the conversation of this id, or with one the person chooses. */
  resume?: string | true;
  /** False: this conversation is not kept. */
  history?: boolean;
};

export type ChatParts = {
  /** The script whose `mcp` command serves the tools. */
  bin?: string;
  /** Runs in the chat's place when a person without a model wants the demo; default: the `demo` command. */
  demo?: (options: object) => Promise<void>;
};

/** `chat`: in a terminal until the person leaves, or once for scripts. Sets the exit code. */
export async function run(options: ChatOptions, parts: ChatParts = {}): Promise<void> {
  try {
    const once = options.prompt !== undefined || !process.stdin.isTTY;
    process.exitCode = once ? await ask(options, parts) : await converse(options, parts);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 2;
  }
}

async function ask(options: ChatOptions, parts: ChatParts): Promise<number> {
  const { askOnce, EXIT } = await import('../terminal/one-shot.ts');
  const { ai, keeping, problems } = settingsFor(options);
  if (problems.length > 0) throw usageError(problems);
  if (options.resume === true)
    throw new UsageError('--resume needs an ID here: directus-assistant history shows them.');
  const model = await modelFor(ai, options);
  if (!model) throw new UsageError(howToConfigure);
  const prompt = await promptOf(options.prompt);

  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  process.stdout.on('error', ignoreClosedPipe);
  const { servers, problems: missing } = await connect(ai, options, parts, interrupted.signal);
  const telemetry = await startTelemetry();
  let conversation: OpenConversation | undefined;
  try {
    if (interrupted.signal.aborted) return EXIT.interrupted;
    if (missing.length > 0) throw usageError(missing);
    const failed = servers.status().filter(({ state }) => state !== 'connected');
    for (const { name, problem } of failed)
      console.error(`error: the server ${name} did not start: ${problem}`);
    // Without its tools the model would make the answer up.
    if (failed.some(({ name }) => name === 'directus')) return EXIT.failed;
    conversation = await keeping.begin(whichOf(options));
    for (const warning of conversation?.warnings ?? []) console.error(printable(warning));
    return await askOnce({
      host: { ...keeping.host, ...(conversation && { conversation }) },
      prompt,
      approve: options.approve ?? 'reads',
      output: options.output ?? 'text',
      model,
      servers,
      ai,
      signal: interrupted.signal,
      out: process.stdout,
      err: process.stderr,
    });
  } finally {
    await conversation?.close();
    await servers.close();
    await telemetry?.stop();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function converse(options: ChatOptions, parts: ChatParts): Promise<number> {
  if (!process.stdout.isTTY) {
    throw new UsageError('The chat needs a terminal. For scripts, say what to do with -p TEXT.');
  }
  const { ai, keeping, problems } = settingsFor(options);
  let which = options.resume === true ? await chooseConversation(keeping) : whichOf(options);
  if (!which) return 0;
  let model = await modelFor(ai, options);
  if (!model) {
    const offer = await offerModel();
    if (offer === 'demo') {
      const demo = parts.demo ?? (await import('./demo.ts')).run;
      await demo({ terminal: true });
      return Number(process.exitCode ?? 0);
    }
    if (!offer) throw new UsageError(howToConfigure);
    model = await quickModel(offer.local);
  }
  const banner = `**directus-assistant ${version}** with ${model.name}. /help shows what can be typed.`;
  // Held before anything else is started: another chat may have it.
  let conversation = await keeping.begin(which);
  const { servers, problems: missing } = await connect(ai, options, parts);
  const telemetry = await startTelemetry();
  try {
    const { runChat } = await import('../terminal/run-chat.tsx');
    const { conversations, ledger } = keeping;
    let warnings = [...problems, ...missing];
    for (let first = true; ; first = false) {
      const next = await runChat({
        model: await lastModel(ai, options, conversation, model),
        servers,
        ai,
        ...(first && { banner }),
        warnings: [...warnings, ...(conversation?.warnings ?? [])],
        host: { ...keeping.host, ...(conversation && { conversation }) },
        ...(conversations && { conversations }),
        ledger,
      });
      const before = conversation?.id;
      await conversation?.close();
      conversation = undefined;
      if (!next) {
        const resume = await howToResume(keeping, before);
        if (resume) console.log(`To go on with this conversation: ${resume}`);
        return 0;
      }
      which = 'resume' in next ? { id: next.resume } : 'new';
      warnings = [];
      conversation = await keeping.begin(which).catch((error: UsageError) => {
        // Another chat may have it: the person stays where they were.
        warnings = [error.message];
        return keeping.begin(before === undefined ? 'new' : { id: before });
      });
    }
  } finally {
    await conversation?.close();
    await servers.close();
    await telemetry?.stop();
  }
}

const whichOf = ({ continue: last, resume }: ChatOptions): Which => {
  if (typeof resume === 'string') return { id: resume };
  return last ? 'last' : 'new';
};

const usageError = (problems: string[]) => new UsageError(problems.join('\nerror: '));

function settingsFor(options: ChatOptions): { ai: Settings['ai']; keeping: Keeping; problems: string[] } {
  const { settings, problems } = loadFor(options);
  if (!settings.ai.enabled) {
    throw new UsageError('The chat is switched off: ai.enabled in the settings, or AI_ENABLED, is false.');
  }
  return { ai: allowNamed(settings.ai), keeping: openKeeping(settings, options.history !== false), problems };
}

/** Starts our own server, and joins those of an mcp.json. */
async function connect(
  ai: Settings['ai'],
  options: SettingsOptions,
  { bin = process.argv[1] ?? '' }: ChatParts,
  signal?: AbortSignal,
): Promise<{ servers: Servers; problems: string[] }> {
  const others = ai.servers ? await readServers(ai.servers) : { servers: [], problems: [] };
  const own = ownServer(bin, options, process.env);
  const client = { name: 'directus-assistant', version };
  const servers = await connectServers([own, ...others.servers], { client, ...(signal && { signal }) });
  return { servers, problems: others.problems };
}

/** `chat -p ... | head` closes the pipe early, and that is no failure. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
