import { Box, Text, useInput, usePaste } from 'ink';
import type { ReactNode } from 'react';
import { each } from '../each.ts';
import { type Draft, type Edit, edit } from '../input/draft.ts';
import { pasted, readKey } from '../input/keys.ts';
import { tone } from '../theme.ts';
import type { Now } from './use-now.ts';

type Props = {
  draft: Now<Draft>;
  inputs: readonly string[];
  placeholder: string;
  /** Lines there is room for. */
  rows: number;
  send(text: string): void;
  /** Ctrl+D in an empty prompt. */
  leave?: () => void;
  /** Tab: a longer text to go on with. */
  complete?: (typed: string) => Promise<string | undefined>;
  /** Sees what is pasted first. True when it takes it; `keep` then puts it into the draft after all. */
  take?: (pasted: string, keep: () => void) => boolean;
};

/** Where a person types: several lines, what was typed before, pasted text as it is. */
export function Prompt(props: Props): ReactNode {
  const { draft, inputs, placeholder, rows, send, leave, complete, take } = props;
  const change = (edits: Edit[]) => draft.set(edits.reduce(edit, draft.now()));

  useInput((input, key) => {
    if (key.ctrl && input === 'd' && draft.now().text === '') return leave?.();
    if (key.tab && complete) {
      complete(draft.now().text).then((text) => text && change([{ do: 'clear' }, { do: 'insert', text }]));
      return;
    }
    const typed = readKey(input, key, draft.now(), inputs);
    change(typed.edits);
    if (!typed.send) return;
    const { text } = draft.now();
    change([{ do: 'clear' }]);
    send(text);
  });
  usePaste((text) => {
    const keep = () => change([{ do: 'insert', text: pasted(text) }]);
    if (!take?.(text, keep)) keep();
  });

  return (
    <Box>
      <Text bold {...tone('person')}>
        {'› '}
      </Text>
      {draft.now().text === '' ? (
        <Text>
          <Text inverse> </Text>
          <Text dimColor>{placeholder}</Text>
        </Text>
      ) : (
        <Box flexDirection="column">
          {each(visibleLines(draft.now(), rows), ({ text, cursor }) => (
            <Line text={text} cursor={cursor} />
          ))}
        </Box>
      )}
    </Box>
  );
}

type Shown = { text: string; cursor: number | undefined };

/** The lines around the cursor, as many as there is room for. */
function visibleLines(draft: Draft, rows: number): Shown[] {
  let start = 0;
  const lines = draft.text.split('\n').map((text): Shown => {
    const at = draft.cursor - start;
    start += text.length + 1;
    return { text, cursor: at >= 0 && at <= text.length ? at : undefined };
  });
  const current = lines.findIndex(({ cursor }) => cursor !== undefined);
  const first = Math.max(0, Math.min(current - Math.floor(rows / 2), lines.length - rows));
  return lines.slice(first, first + rows);
}

function Line({ text, cursor }: Shown) {
  if (cursor === undefined) return <Text>{text || ' '}</Text>;
  const under = [...new Intl.Segmenter().segment(text.slice(cursor))][0]?.segment ?? ' ';
  return (
    <Text>
      {text.slice(0, cursor)}
      <Text inverse>{under}</Text>
      {text.slice(cursor + under.length)}
    </Text>
  );
}
