import type { Key } from 'ink';
import { printable } from '../text.ts';
import type { Draft, Edit } from './draft.ts';

/** What a key means while typing: changes of the draft, and whether it is sent after them. */
export type Typed = { edits: Edit[]; send: boolean };

const nothing: Typed = { edits: [], send: false };
const only = (edit: Edit): Typed => ({ edits: [edit], send: false });

const CTRL: Record<string, Exclude<Edit['do'], 'insert' | 'up' | 'down'>> = {
  a: 'lineStart',
  e: 'lineEnd',
  b: 'left',
  f: 'right',
  k: 'deleteToEnd',
  u: 'deleteToStart',
  w: 'deleteWord',
  d: 'delete',
};

const META: typeof CTRL = { b: 'wordLeft', f: 'wordRight' };

/** Reads one key event of Ink's `useInput`. */
export function readKey(input: string, key: Key, draft: Draft, inputs: readonly string[]): Typed {
  if (key.return) return enter(key, draft);
  if (key.upArrow) return only({ do: 'up', inputs });
  if (key.downArrow) return only({ do: 'down', inputs });
  if (key.leftArrow) return only({ do: key.ctrl || key.meta ? 'wordLeft' : 'left' });
  if (key.rightArrow) return only({ do: key.ctrl || key.meta ? 'wordRight' : 'right' });
  if (key.home) return only({ do: 'lineStart' });
  if (key.end) return only({ do: 'lineEnd' });
  if (key.backspace) return only({ do: key.meta ? 'deleteWord' : 'backspace' });
  if (key.delete) return only({ do: 'delete' });
  if (key.escape || key.tab) return nothing;
  // Ctrl+J is what a terminal sends for a line feed, which some send for Shift+Enter.
  if (input === '\n' || (key.ctrl && input === 'j')) return only({ do: 'insert', text: '\n' });
  const named = key.ctrl ? CTRL[input] : key.meta ? META[input] : undefined;
  if (named) return only({ do: named });
  if (key.ctrl || key.meta) return nothing;
  return typedText(input);
}

/** Alt+Enter and a backslash at the end begin a new line; the backslash goes. */
function enter(key: Key, draft: Draft): Typed {
  if (key.meta || key.shift) return only({ do: 'insert', text: '\n' });
  if (draft.cursor === draft.text.length && draft.text.endsWith('\\')) {
    return { edits: [{ do: 'backspace' }, { do: 'insert', text: '\n' }], send: false };
  }
  return { edits: [], send: true };
}

/**
 * Several characters come at once when keys are typed faster than they are read, or from a terminal that does not
 * mark what is pasted. A line end with text behind it was pasted; one at the very end is the Enter key.
 */
function typedText(input: string): Typed {
  const text = pasted(input);
  const send = input.length > 1 && text.endsWith('\n');
  const inserted = send ? text.slice(0, -1) : text;
  return { edits: inserted ? [{ do: 'insert', text: inserted }] : [], send };
}

/** Pasted text as it goes into the draft. */
export function pasted(text: string): string {
  return printable(text.replaceAll(/\r\n?/g, '\n'));
}
