import fc from 'fast-check';
import type { Key } from 'ink';
import { describe, expect, test } from 'vitest';
import type { PendingCall } from '../../src/host/index.ts';
import { type Draft, draftOf, type Edit, edit, emptyDraft } from '../../src/terminal/input/draft.ts';
import { pasted, readKey } from '../../src/terminal/input/keys.ts';
import { type ApprovalKey, noMarks, pressApproval } from '../../src/terminal/input/marks.ts';
import { findCommand } from '../../src/terminal/session/commands.ts';

const noKey: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

/** Types into a draft; returns it and what was sent. */
function type(draft: Draft, ...keys: [string, Partial<Key>?][]): { draft: Draft; sent: string[] } {
  const sent: string[] = [];
  for (const [input, key] of keys) {
    const typed = readKey(input, { ...noKey, ...key }, draft, ['first', 'second']);
    draft = typed.edits.reduce(edit, draft);
    if (!typed.send) continue;
    sent.push(draft.text);
    draft = emptyDraft;
  }
  return { draft, sent };
}

describe('typing', () => {
  test('Enter sends; Alt+Enter, Ctrl+J and a backslash begin a new line', () => {
    const { sent } = type(
      emptyDraft,
      ['a'],
      ['', { return: true, meta: true }],
      ['b\\'],
      ['', { return: true }],
      ['c'],
      ['j', { ctrl: true }],
      ['d'],
      ['', { return: true }],
    );
    expect(sent).toEqual(['a\nb\nc\nd']);
  });

  test('keys that arrive at once are text; a line end behind them is Enter, one between them was pasted', () => {
    expect(type(emptyDraft, ['show\r']).sent).toEqual(['show']);
    expect(type(emptyDraft, ['one\rtwo']).draft.text).toBe('one\ntwo');
    expect(pasted('a\r\nb\u001b[31mc\u0007')).toBe('a\nb␛[31mc␇');
  });

  test('↑ and ↓ walk through earlier inputs and back to what was being typed', () => {
    const up: [string, Partial<Key>] = ['', { upArrow: true }];
    const down: [string, Partial<Key>] = ['', { downArrow: true }];
    expect(type(draftOf('mine'), up).draft.text).toBe('second');
    expect(type(draftOf('mine'), up, up, up).draft.text).toBe('first');
    expect(type(draftOf('mine'), up, up, down, down, down).draft.text).toBe('mine');
    expect(type(draftOf('long line\nab'), up).draft).toMatchObject({ text: 'long line\nab', cursor: 2 });
  });

  test('an emoji of several characters is one to the cursor', () => {
    const family = '👨‍👩‍👧';
    expect(edit(draftOf(`a${family}`), { do: 'backspace' }).text).toBe('a');
    expect(edit(draftOf(`a${family}`), { do: 'left' }).cursor).toBe(1);
  });

  test('no edit loses text it should keep, and the cursor stays inside', () => {
    const moves = fc.constantFrom<Edit>(
      { do: 'left' },
      { do: 'right' },
      { do: 'wordLeft' },
      { do: 'wordRight' },
      { do: 'lineStart' },
      { do: 'lineEnd' },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(moves), (text, edits) => {
        const draft = edits.reduce(edit, draftOf(text));
        expect(draft.text).toBe(text);
        expect(draft.cursor).toBeGreaterThanOrEqual(0);
        expect(draft.cursor).toBeLessThanOrEqual(text.length);
        expect(edit(edit(draft, { do: 'insert', text: 'x' }), { do: 'backspace' })).toEqual(draft);
      }),
    );
  });
});

const call = (id: string, tool = 'items', action = 'delete'): PendingCall => ({
  approvalId: id,
  shown: id,
  toolCallId: `call-${id}`,
  toolName: tool,
  server: 'directus',
  tool,
  action,
  effect: 'delete',
  input: {},
});

/** Presses keys until one decides. */
function press(pending: PendingCall[], ...keys: ApprovalKey[]) {
  let marks = noMarks(pending);
  for (const key of keys) {
    const answer = pressApproval(marks, key, pending);
    if ('decided' in answer) return answer.decided.map(({ decision }) => decision);
    marks = answer.marks;
  }
  return undefined;
}

describe('approving', () => {
  test('one call: yes, no, always; Enter and space decide nothing', () => {
    const pending = [call('1')];
    expect(press(pending, 'y')).toEqual(['yes']);
    expect(press(pending, 'n')).toEqual(['no']);
    expect(press(pending, 'a')).toEqual(['always']);
    expect(press(pending, 'enter', 'space', 'up', 'down', 'enter')).toBeUndefined();
  });

  test('A14 five calls in one card: all, none, or those that were picked', () => {
    const pending = ['1', '2', '3', '4', '5'].map((id) => call(id));
    expect(press(pending, 'y')).toEqual(['yes', 'yes', 'yes', 'yes', 'yes']);
    expect(press(pending, 'n')).toEqual(['no', 'no', 'no', 'no', 'no']);
    expect(press(pending, 'enter')).toEqual(['no', 'no', 'no', 'no', 'no']);
    expect(press(pending, 'down', 'space', 'down', 'down', 'a', 'enter')).toEqual([
      'no',
      'yes',
      'no',
      'always',
      'no',
    ]);
    expect(press(pending, 'space', 'space', 'up', 'enter')).toEqual(['no', 'no', 'no', 'no', 'no']);
  });

  test('every answer names each waiting call once', () => {
    const keys = fc.array(fc.constantFrom<ApprovalKey>('y', 'n', 'a', 'up', 'down', 'space', 'enter'));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), keys, (count, pressed) => {
        const pending = Array.from({ length: count }, (_, index) => call(String(index)));
        let marks = noMarks(pending);
        for (const key of pressed) {
          const answer = pressApproval(marks, key, pending);
          if ('marks' in answer) marks = answer.marks;
          else
            expect(answer.decided.map(({ approvalId }) => approvalId)).toEqual(
              pending.map((each) => each.approvalId),
            );
        }
      }),
    );
  });
});

describe('commands', () => {
  test('are found with their argument', () => {
    expect(findCommand('/model  openai/gpt-5 ')).toMatchObject({
      command: { name: 'model' },
      argument: 'openai/gpt-5',
    });
    expect(findCommand('/QUIT')).toMatchObject({ command: { name: 'exit' } });
  });

  test('an unknown one names the nearest', () => {
    expect(findCommand('/modle')).toEqual({
      problem: 'There is no command /modle. Did you mean /model? /help lists them.',
    });
    expect(findCommand('/xyzzy')).toEqual({ problem: 'There is no command /xyzzy. /help lists them.' });
    expect(findCommand('/')).toEqual({ problem: 'There is no command /. /help lists them.' });
  });
});
