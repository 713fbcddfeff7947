import { renderToString } from 'ink';
import { callKey, type Decision, type PendingCall } from '../host/index.ts';
import { EntryView, readableWidth } from './components/entry.tsx';
import { openSession, type RunChatOptions } from './run-chat.tsx';
import type { Session } from './session/session.ts';
import type { Entry } from './session/view.ts';

export type PlayOptions = RunChatOptions & {
  /** What is typed, in this order; each waits for the end of the one before. Commands (`/tools`) work too. */
  inputs: string[];
  /** Answers approvals in the person's place; what it does not answer is denied. */
  decide(pending: readonly PendingCall[]): Decision[];
  /** Receives the transcript in pieces, each ending with a line end. */
  print(text: string): void;
  /** Width of the transcript, default 80. */
  columns?: number;
};

/** Plays a conversation without a person and prints it in the look of the chat. @returns whether nothing failed. */
export async function playTranscript(options: PlayOptions): Promise<boolean> {
  const session = openSession(options);
  const end = printAsItGrows(session, options.print, readableWidth(options.columns ?? 80));
  const stop = session.subscribe(() => {
    const { dialog } = session.view();
    if (dialog?.kind === 'approval') {
      const decisions = options.decide(dialog.pending);
      // Answered first: whatever is shown while the dialog is open would be asked again.
      dialog.answer(decisions);
      session.show(...dialog.pending.map((call) => approvalNotice(call, decisions)));
    } else dialog?.answer(undefined);
  });
  for (const input of options.inputs) await session.submit(input);
  stop();
  end();
  return !session.view().entries.some(isFailure);
}

function isFailure(entry: Entry): boolean {
  return entry.kind === 'call'
    ? entry.call.isError === true
    : entry.kind === 'notice' && entry.tone === 'error';
}

/** One entry as text, in colours when stdout shows them. */
export function entryText(entry: Entry, before: Entry | undefined, columns: number): string {
  return `${renderToString(<EntryView entry={entry} before={before} width={columns} />, { columns })}\n`;
}

function printAsItGrows(session: Session, print: (text: string) => void, columns: number): () => void {
  let printed = 0;
  const more = () => {
    const { entries } = session.view();
    for (; printed < entries.length; printed++) {
      const entry = entries[printed];
      if (entry) print(entryText(entry, entries[printed - 1], columns));
    }
  };
  more();
  return session.subscribe(more);
}

function approvalNotice(call: PendingCall, decisions: Decision[]): Entry {
  const given = decisions.find(({ approvalId }) => approvalId === call.approvalId)?.decision ?? 'no';
  const word = given === 'no' ? 'Denied' : 'Approved';
  return { kind: 'notice', tone: 'info', text: `${word}: ${callKey(call)}` };
}
