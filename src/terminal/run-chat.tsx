import { render } from 'ink';
import type { ConversationStore } from '../host/conversations/store.ts';
import type { Ledger } from '../host/costs/ledger.ts';
import {
  type ChatModel,
  type ChatOptions,
  createChat,
  listModels,
  openModel,
  type Servers,
} from '../host/index.ts';
import type { Settings } from '../settings/schema.ts';
import { App } from './components/app.tsx';
import type { Leave } from './session/parts.ts';
import { createSession, type Session } from './session/session.ts';
import type { Entry } from './session/view.ts';

export type RunChatOptions = {
  model: ChatModel;
  servers: Servers;
  ai: Settings['ai'];
  /** Markdown shown first. */
  banner?: string;
  /** Shown below the banner, each a sentence that says what to do. */
  warnings?: string[];
  /** Its conversation, and what chats of this installation keep. */
  host?: Pick<ChatOptions, 'conversation' | 'meter' | 'uploads' | 'approvalSecret'>;
  /** Where conversations are kept; without it, this one is not. */
  conversations?: ConversationStore;
  /** What all conversations have used, for `/usage`. */
  ledger?: Ledger;
};

/**
 * The chat in this terminal, until the person leaves it. The caller closes the conversation and the servers.
 * @returns what the person wants opened next: an earlier conversation by its id, or a new one
 */
export async function runChat(options: RunChatOptions): Promise<Leave | undefined> {
  const session = openSession(options);
  // Whoever set CI in a terminal still looks at it; Ink would show nothing before the end.
  const app = render(<App session={session} />, { exitOnCtrlC: false, interactive: true });
  const leave = () => session.leave();
  // A write past the limit of file size fails, and that is told. Ink would end the process for it.
  process.on('SIGXFSZ', () => {});
  process.once('SIGINT', leave).once('SIGTERM', leave).once('SIGHUP', leave);
  try {
    return await Promise.race([session.left, app.waitUntilExit().then(() => undefined)]);
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave).off('SIGHUP', leave);
    session.stop();
    // The prompt and the status line are of no use in the scrollback.
    app.clear();
    app.unmount();
    await app.waitUntilExit();
  }
}

/** A session on a new conversation, or on the one of `host`. */
export function openSession(options: RunChatOptions): Session {
  const { model, servers, ai, banner, warnings = [], host = {}, conversations, ledger } = options;
  const { approvals, systemPrompt, maxSteps } = ai;
  const chat = createChat({
    ...host,
    model,
    servers,
    approvals,
    systemPrompt,
    maxSteps,
    onEvent: (event) => session.hear(event),
  });
  const failed = servers.status().filter(({ state }) => state !== 'connected');
  const entries: Entry[] = [
    ...(banner ? [{ kind: 'banner' as const, text: banner }] : []),
    ...warnings.map((text): Entry => ({ kind: 'notice', tone: 'warning', text })),
    ...failed.map(
      ({ name, problem }): Entry => ({
        kind: 'notice',
        tone: 'error',
        text: `The server ${name} did not start, so its tools are missing: ${problem ?? 'no reason known'}`,
      }),
    ),
  ];
  const models = { list: () => listModels(ai), open: (name: string) => openModel(ai, name) };
  const recorded = host.conversation?.recorded;
  const session = createSession({ chat, servers, models, recorded, conversations, ledger }, entries);
  return session;
}
