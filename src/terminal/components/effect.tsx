import { Text } from 'ink';
import type { ReactNode } from 'react';
import type { PendingCall } from '../../host/index.ts';
import { type Tone, tone } from '../theme.ts';

/** What a call does, in words. */
export const EFFECTS: Record<PendingCall['effect'], { says: string; tone: Tone }> = {
  read: { says: 'reads', tone: 'good' },
  write: { says: 'changes content', tone: 'warning' },
  delete: { says: 'deletes', tone: 'error' },
  schema: { says: 'changes the data model', tone: 'error' },
  automation: { says: 'runs or changes automation', tone: 'error' },
  access: { says: 'changes access rights', tone: 'error' },
  unknown: { says: 'does not say what it does', tone: 'warning' },
};

export function Effect({ call }: { call: PendingCall }): ReactNode {
  const { says, tone: name } = EFFECTS[call.effect];
  return <Text {...tone(name)}>{says}</Text>;
}
