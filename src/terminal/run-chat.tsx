import { render } from 'ink';
import { type ChatModel, createChat, listModels, openModel, type Servers } from '../host/index.ts';
import type { Settings } from '../settings/schema.ts';
import { App } from './components/app.tsx';
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
};

/** The chat in this terminal, until the person leaves it. The caller closes the servers. */
export async function runChat(options: RunChatOptions): Promise<void> {
  const session = openSession(options);
  // Whoever set CI in a terminal still looks at it; Ink would show nothing before the end.
  const app = render(<App session={session} />, { exitOnCtrlC: false, interactive: true });
  const leave = () => session.leave();
  process.once('SIGINT', leave).once('SIGTERM', leave).once('SIGHUP', leave);
  try {
    await Promise.race([session.left, app.waitUntilExit()]);
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave).off('SIGHUP', leave);
    session.stop();
    // The prompt and the status line are of no use in the scrollback.
    app.clear();
    app.unmount();
    await app.waitUntilExit();
  }
}

/** A session on a new conversation. */
export function openSession({ model, servers, ai, banner, warnings = [] }: RunChatOptions): Session {
  const { approvals, systemPrompt } = ai;
  const chat = createChat({ model, servers, approvals, systemPrompt });
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
  return createSession({ chat, servers, models, entries });
}
