import { Box, Text, useInput } from 'ink';
import { type ReactNode, useState } from 'react';
import { emptyDraft } from '../input/draft.ts';
import type { Question as Asked, Option } from '../session/view.ts';
import { oneLine, printable } from '../text.ts';
import { tone } from '../theme.ts';
import { Keys } from './keys.tsx';
import { Prompt } from './prompt.tsx';
import { useNow } from './use-now.ts';

type ChoiceProps = {
  title: string;
  options: Option[];
  width: number;
  rows: number;
  answer(value: string): void;
};

/** One of several, by the arrows; only as many as there is room for are shown. */
export function Choice({ title, options, width, rows, answer }: ChoiceProps): ReactNode {
  const chosen = useNow(() => 0);
  useInput((_input, key) => {
    const move = (by: number) => chosen.set((chosen.now() + by + options.length) % options.length);
    const option = options[chosen.now()];
    if (key.upArrow) move(-1);
    else if (key.downArrow) move(1);
    else if (key.return && option) answer(option.value);
  });
  const cursor = chosen.now();
  const room = Math.max(3, rows - 3);
  const first = Math.max(0, Math.min(cursor - Math.floor(room / 2), options.length - room));
  return (
    <Box flexDirection="column">
      <Text bold>{oneLine(title, width)}</Text>
      {options.slice(first, first + room).map(({ value, label, note }, index) => {
        const current = first + index === cursor;
        return (
          <Text key={value} wrap="truncate">
            <Text {...tone('accent')}>{current ? '❯ ' : '  '}</Text>
            <Text bold={current}>{oneLine(label, width - 2)}</Text>
            {note ? <Text dimColor>{`  ${oneLine(note, width)}`}</Text> : null}
          </Text>
        );
      })}
      <Keys
        keys={[
          ['↑↓', `choose (${cursor + 1} of ${options.length})`],
          ['Enter', 'take it'],
          ['Esc', 'leave it'],
        ]}
      />
    </Box>
  );
}

type QuestionProps = { question: Asked; rows: number; answer(text: string): void };

/** One value, typed; Tab completes it where its server knows how. */
export function Question({ question, rows, answer }: QuestionProps): ReactNode {
  const [hint, setHint] = useState('');
  const draft = useNow(() => emptyDraft);
  const { label, note, required, complete } = question;
  const completed = async (typed: string) => {
    const values = (await complete?.(typed).catch(() => [])) ?? [];
    setHint(
      values.length === 1 ? '' : values.length === 0 ? 'nothing known' : oneLine(values.join('  '), 200),
    );
    return values.length === 1 ? values[0] : undefined;
  };
  return (
    <Box flexDirection="column">
      <Text>
        <Text bold>{printable(label)}</Text>
        <Text dimColor>{note ? `  ${printable(note)}` : ''}</Text>
      </Text>
      <Prompt
        draft={draft}
        inputs={[]}
        rows={rows}
        placeholder={required ? '' : 'may stay empty'}
        complete={completed}
        send={(text) => {
          if (text.trim() === '' && required) setHint('This one is needed.');
          else answer(text.trim());
        }}
      />
      {hint ? <Text dimColor>{hint}</Text> : null}
      <Keys
        keys={[
          ['Enter', 'next'],
          ...(complete ? [['Tab', 'complete'] satisfies [string, string]] : []),
          ['Esc', 'leave it'],
        ]}
      />
    </Box>
  );
}
