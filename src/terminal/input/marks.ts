import type { Decision, PendingCall } from '../../host/index.ts';

/** What a person has picked so far for each waiting call; nothing runs unless it is picked. */
export type Marks = { decisions: Decision['decision'][]; cursor: number };

export type Answer = { marks: Marks } | { decided: Decision[] };

export const noMarks = (pending: readonly PendingCall[]): Marks => ({
  decisions: pending.map(() => 'no'),
  cursor: 0,
});

export type ApprovalKey = 'y' | 'n' | 'a' | 'up' | 'down' | 'space' | 'enter';

/**
 * One key on the approval card. For one call `y`, `n` and `a` (always) decide. For several, `y` is all and `n` is
 * none; the arrows and space pick some, `a` marks the call under the cursor as always, Enter runs what is picked.
 */
export function pressApproval(marks: Marks, key: ApprovalKey, pending: readonly PendingCall[]): Answer {
  const one = pending.length === 1;
  const all = (decision: Decision['decision']): Answer => ({
    decided: decide(
      pending,
      pending.map(() => decision),
    ),
  });
  const current = marks.decisions[marks.cursor] ?? 'no';
  switch (key) {
    case 'y':
      return all('yes');
    case 'n':
      return all('no');
    case 'a':
      return one ? all('always') : { marks: mark(marks, current === 'always' ? 'no' : 'always') };
    case 'space':
      return one ? { marks } : { marks: mark(marks, current === 'no' ? 'yes' : 'no') };
    case 'enter':
      return one ? { marks } : { decided: decide(pending, marks.decisions) };
    case 'up':
    case 'down': {
      const cursor = marks.cursor + (key === 'up' ? -1 : 1);
      return { marks: { ...marks, cursor: Math.max(0, Math.min(pending.length - 1, cursor)) } };
    }
  }
}

function mark(marks: Marks, decision: Decision['decision']): Marks {
  return { ...marks, decisions: marks.decisions.with(marks.cursor, decision) };
}

function decide(pending: readonly PendingCall[], decisions: Decision['decision'][]): Decision[] {
  return pending.map(({ approvalId, shown }, index) => ({
    approvalId,
    shown,
    decision: decisions[index] ?? 'no',
  }));
}
