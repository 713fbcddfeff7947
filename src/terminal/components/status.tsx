import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import { costText, tokensText } from '../../host/costs/words.ts';
import { each } from '../each.ts';
import type { Activity, Status } from '../session/view.ts';
import { oneLine } from '../text.ts';
import { tone } from '../theme.ts';

type WaitingProps = { activity: Activity; mark: string; width: number };

/** What is waited for, for how long, and how to stop it. */
export function Waiting({ activity, mark, width }: WaitingProps): ReactNode {
  const thought = activity.thought ? oneLine(activity.thought, width - 2) : '';
  const { says, why } = wordsFor(activity);
  return (
    <Box flexDirection="column">
      {thought ? <Text dimColor italic>{`  ${thought}`}</Text> : null}
      {why ? <Text {...tone('warning')}>{oneLine(why, 3 * width)}</Text> : null}
      <Text wrap="truncate">
        <Text {...tone('accent')}>{mark} </Text>
        <Text dimColor>{oneLine(says, width - 2)}</Text>
      </Text>
    </Box>
  );
}

/** Of a request that is made again: why, and a countdown. */
function wordsFor({ label, since, again }: Activity): { says: string; why?: string } {
  if (!again) return { says: `${label} · ${Math.floor((performance.now() - since) / 1000)} s · Esc stops` };
  const seconds = Math.ceil((again.at - Date.now()) / 1000);
  const when = seconds > 0 ? `Again in ${seconds} s` : 'Asking again';
  return { says: `${when} · attempt ${again.attempt} · Esc stops`, why: label };
}

/** From this share on it matters how full the context window is. */
const FULL = 0.8;
const GAP = ' · ';
/** Less of a title says nothing. */
const SHORTEST_TITLE = 12;

type Item = { text: string; warns?: boolean };

/** Model, tokens, cost, how full the context window is, and the title: as much of it as there is room for. */
export function StatusLine({ status, width }: { status: Status; width: number }): ReactNode {
  return (
    <Text wrap="truncate">
      {each(itemsFor(status, width), ({ text, warns }, index) => (
        <>
          {index > 0 ? <Text dimColor>{GAP}</Text> : null}
          {warns ? (
            <Text bold {...tone('warning')}>
              {text}
            </Text>
          ) : (
            <Text dimColor>{text}</Text>
          )}
        </>
      ))}
    </Text>
  );
}

function itemsFor({ model, title, usage, context }: Status, width: number): Item[] {
  const full = context >= FULL;
  const known: { name: string; item: Item | undefined }[] = [
    { name: 'model', item: { text: oneLine(model, width) } },
    {
      name: 'tokens',
      item: usage.inputTokens + usage.outputTokens > 0 ? { text: `${tokensText(usage)} tokens` } : undefined,
    },
    { name: 'cost', item: usage.cost === undefined ? undefined : { text: costText(usage) } },
    {
      name: 'context',
      item:
        context > 0.005
          ? { text: `context ${Math.round(context * 100)}%${full ? '!' : ''}`, warns: full }
          : undefined,
    },
    { name: 'help', item: { text: '/help' } },
  ];
  let items = known;
  // What matters least goes first.
  for (const name of ['help', 'tokens', 'model', 'cost']) {
    if (widthOf(items) <= width) break;
    items = items.filter((one) => one.name !== name);
  }
  const room = width - widthOf(items) - GAP.length;
  const shown = items.flatMap(({ item }) => item ?? []);
  return title && room >= SHORTEST_TITLE ? [...shown, { text: oneLine(title, room) }] : shown;
}

const widthOf = (items: { item: Item | undefined }[]): number =>
  stringWidth(items.flatMap(({ item }) => item?.text ?? []).join(GAP));
