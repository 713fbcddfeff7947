import { Box, Static, useAnimation, useInput, useWindowSize } from 'ink';
import { type ReactNode, useSyncExternalStore } from 'react';
import { callKey } from '../../host/index.ts';
import { emptyDraft } from '../input/draft.ts';
import { MarkdownBlock } from '../markdown/markdown.tsx';
import type { Session } from '../session/session.ts';
import type { View } from '../session/view.ts';
import { Along } from './along.tsx';
import { Approval, argumentLines } from './approval.tsx';
import { RunningCard } from './call.tsx';
import { Choice, Question } from './dialogs.tsx';
import { EntryView, readableWidth } from './entry.tsx';
import { Prompt } from './prompt.tsx';
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
      <Box flexDirection="column" width={width} marginTop={view.entries.length > 0 ? 1 : 0}>
        <Live view={view} width={width} rows={rows} />
        <Below session={session} view={view} width={width} rows={rows} />
      </Box>
    </>
  );
}

/** The growing end of an answer and the calls that run; only its last lines when it is taller than the screen. */
function Live({ view, width, rows }: { view: View; width: number; rows: number }) {
  const { frame } = useAnimation({ interval: 100, isActive: view.activity !== undefined });
  const mark = FRAMES[frame % FRAMES.length] ?? '';
  if (!view.activity) return null;
  return (
    <Box flexDirection="column">
      {view.growing.trim() ? (
        // Anything taller than the screen would make Ink clear it, and with it the scrollback.
        <Box
          flexDirection="column"
          justifyContent="flex-end"
          overflow="hidden"
          maxHeight={Math.max(3, rows - 8)}
          marginBottom={1}
        >
          <Box flexShrink={0} flexDirection="column">
            <MarkdownBlock raw={view.growing} width={width} />
          </Box>
        </Box>
      ) : null}
      {view.running.slice(-Math.max(1, Math.floor((rows - 8) / 2))).map((running) => (
        <RunningCard key={running.call.toolCallId} running={running} mark={mark} width={width} />
      ))}
      <Waiting activity={view.activity} mark={mark} width={width} />
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
  const { dialog, activity } = view;
  // A dialog takes the prompt's place, and what was typed stays.
  const draft = useNow(() => emptyDraft);
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
  return (
    <Box flexDirection="column">
      <Along along={view.along} width={width} rows={Math.max(2, Math.min(10, rows - 10))} />
      {activity ? null : (
        <Prompt
          draft={draft}
          take={session.takeFiles}
          inputs={view.inputs}
          rows={Math.max(3, Math.min(10, rows - 6))}
          placeholder={view.inputs.length === 0 ? 'Ask or tell, in your own words' : ''}
          send={(text) => void session.submit(text)}
          leave={session.leave}
        />
      )}
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
