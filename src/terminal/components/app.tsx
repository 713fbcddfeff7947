import { Box, Static, Text, useAnimation, useInput, useWindowSize } from 'ink';
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { callKey } from '../../host/index.ts';
import { draftOf, emptyDraft } from '../input/draft.ts';
import { MarkdownBlock } from '../markdown/markdown.tsx';
import type { Session } from '../session/session.ts';
import type { View } from '../session/view.ts';
import { tone } from '../theme.ts';
import { Along } from './along.tsx';
import { Approval, argumentLines } from './approval.tsx';
import { RunningCard } from './call.tsx';
import { Choice, Question } from './dialogs.tsx';
import { EntryView, readableWidth } from './entry.tsx';
import { Prompt } from './prompt.tsx';
import { Queued } from './queued.tsx';
import { StatusLine, Waiting } from './status.tsx';
import { useNow } from './use-now.ts';

/** Columns of the keys below a question, which wrap. */
const KEYS = 100;

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** The chat on the screen: what is finished goes into the scrollback, what still changes stays below it. */
export function App({ session }: { session: Session }): ReactNode {
  const view = useSyncExternalStore(session.subscribe, session.view);
  const { columns, rows } = useWindowSize();
  const width = readableWidth(columns);
  useInput((input, key) => {
    if (key.ctrl && input === 'c') session.leave();
    else if (key.escape) session.stop();
  });
  return (
    <>
      <Static items={[...view.entries]}>
        {(entry, index) => (
          <EntryView key={index} entry={entry} before={view.entries[index - 1]} width={width} />
        )}
      </Static>
      {/* Anything as tall as the screen would make Ink clear it, and with it the scrollback. */}
      <Box
        flexDirection="column"
        width={width}
        maxHeight={rows - 2}
        marginTop={view.entries.length > 0 ? 1 : 0}
      >
        <Live view={view} width={width} />
        <Below session={session} view={view} width={width} rows={rows} />
      </Box>
    </>
  );
}

/** The growing end of an answer and the calls that run; only their last lines when there is no room for all. */
function Live({ view, width }: { view: View; width: number }) {
  const { frame } = useAnimation({ interval: 100, isActive: view.activity !== undefined });
  const mark = FRAMES[frame % FRAMES.length] ?? '';
  if (!view.activity) return null;
  return (
    <>
      <Tail>
        {view.growing.trim() ? (
          <Box flexDirection="column" marginBottom={1}>
            <MarkdownBlock raw={view.growing} width={width} />
          </Box>
        ) : null}
        {view.running.map((running) => (
          <RunningCard key={running.call.toolCallId} running={running} mark={mark} width={width} />
        ))}
      </Tail>
      <Box flexShrink={0}>
        <Waiting activity={view.activity} mark={mark} width={width} />
      </Box>
    </>
  );
}

/** Loses its first lines, not its last, where there is no room for all. */
function Tail({ children, rows }: { children: ReactNode; rows?: number }) {
  return (
    <Box
      flexDirection="column"
      justifyContent="flex-end"
      overflow="hidden"
      {...(rows === undefined ? {} : { maxHeight: rows, flexShrink: 0 })}
    >
      <Box flexShrink={0} flexDirection="column">
        {children}
      </Box>
    </Box>
  );
}

function Below({
  session,
  view,
  width,
  rows,
}: {
  session: Session;
  view: View;
  width: number;
  rows: number;
}) {
  // A dialog takes the prompt's place, and what was typed stays.
  const draft = useNow(() => emptyDraft);
  useEffect(() => {
    if (view.unsent.length === 0) return;
    const lines = [...session.takeUnsent(), draft.now().text];
    draft.set(draftOf(lines.filter(Boolean).join('\n')));
  });
  // Who is in the middle of a line would answer a dialog with the next key. One about files that were pasted into the
  // line belongs to it.
  const pastedInto = useRef('');
  const { text } = draft.now();
  const dialog = text === '' || text === pastedInto.current ? view.dialog : undefined;
  if (dialog?.kind === 'approval') {
    const show = (call: (typeof dialog.pending)[number]) =>
      session.show({
        kind: 'page',
        text: `**${callKey(call)}**\n\n${fenced(argumentLines(call).join('\n'))}`,
      });
    return (
      <Approval
        pending={dialog.pending}
        width={width}
        rows={Math.max(2, rows - 7 - Math.ceil(KEYS / width))}
        answer={dialog.answer}
        view={show}
      />
    );
  }
  if (dialog?.kind === 'choice') {
    return <Choice {...dialog} width={width} rows={Math.max(6, rows - 3)} />;
  }
  if (dialog?.kind === 'question') {
    return (
      <Question key={dialog.question.label} question={dialog.question} rows={6} answer={dialog.answer} />
    );
  }
  const take = (pasted: string, keep: () => void) => {
    const taken = session.takeFiles(pasted, keep);
    if (taken) pastedInto.current = draft.now().text;
    return taken;
  };
  // An answer needs the room more.
  const most = view.activity ? 3 : Math.max(3, rows - 6);
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Along along={view.along} width={width} rows={Math.max(2, Math.min(10, rows - 10))} />
      <Queued lines={view.queued} width={width} />
      {view.dialog ? (
        <Text {...tone('warning')}>You are asked something: send this line or delete it to see what.</Text>
      ) : null}
      <Tail rows={most}>
        <Prompt
          draft={draft}
          take={take}
          inputs={view.inputs}
          rows={Math.min(10, most)}
          placeholder={view.inputs.length === 0 ? 'Ask or tell, in your own words' : ''}
          send={(text) => void session.submit(text)}
          leave={session.leave}
        />
      </Tail>
      <StatusLine status={view.status} width={width} />
    </Box>
  );
}

/** As a code block whose fence no content can end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
