import { Box, render, Text, useInput, useWindowSize } from 'ink';
import type { ReactNode } from 'react';
import { Choice } from './components/dialogs.tsx';
import { readableWidth } from './components/entry.tsx';
import type { Option } from './session/view.ts';

/** Lets a person choose before the chat begins; nothing when they leave it with Esc or Ctrl+C. */
export async function choose(title: string, options: Option[]): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const app = render(<Ask title={title} options={options} answer={resolve} />, {
    exitOnCtrlC: false,
    interactive: true,
  });
  const chosen = await promise;
  app.clear();
  app.unmount();
  await app.waitUntilExit();
  return chosen;
}

type AskProps = { title: string; options: Option[]; answer: (value: string | undefined) => void };

function Ask({ title, options, answer }: AskProps): ReactNode {
  const { columns, rows } = useWindowSize();
  useInput((input, key) => {
    if (key.escape || (key.ctrl && input === 'c')) answer(undefined);
  });
  return (
    <Box flexDirection="column" width={readableWidth(columns)}>
      <Text> </Text>
      <Choice
        title={title}
        options={options}
        width={readableWidth(columns)}
        rows={rows - 2}
        answer={answer}
      />
    </Box>
  );
}
