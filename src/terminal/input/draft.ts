/** What is being typed. `cursor` is an offset into `text`. */
export type Draft = {
  text: string;
  cursor: number;
  /** The earlier input that is shown, when one is. */
  recalled: number | undefined;
  /** What was typed before an earlier input was called up. */
  own: string;
};

export type Edit =
  | { do: 'insert'; text: string }
  | { do: 'left' | 'right' | 'wordLeft' | 'wordRight' | 'lineStart' | 'lineEnd' }
  | { do: 'up' | 'down'; inputs: readonly string[] }
  | { do: 'backspace' | 'delete' | 'deleteWord' | 'deleteToStart' | 'deleteToEnd' | 'clear' };

export const emptyDraft: Draft = { text: '', cursor: 0, recalled: undefined, own: '' };

/** A draft holding `text`, the cursor behind it. */
export const draftOf = (text: string): Draft => ({ ...emptyDraft, text, cursor: text.length });

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function edit(draft: Draft, change: Edit): Draft {
  const { text, cursor } = draft;
  switch (change.do) {
    case 'insert':
      return replace(draft, cursor, cursor, change.text);
    case 'left':
      return { ...draft, cursor: before(text, cursor) };
    case 'right':
      return { ...draft, cursor: after(text, cursor) };
    case 'wordLeft':
      return { ...draft, cursor: wordBefore(text, cursor) };
    case 'wordRight':
      return { ...draft, cursor: cursor + (/^\s*\S*/.exec(text.slice(cursor))?.[0].length ?? 0) };
    case 'lineStart':
      return { ...draft, cursor: lineStart(text, cursor) };
    case 'lineEnd':
      return { ...draft, cursor: lineEnd(text, cursor) };
    case 'up':
      return lineStart(text, cursor) > 0 ? moveLine(draft, -1) : recall(draft, change.inputs, -1);
    case 'down':
      return lineEnd(text, cursor) < text.length ? moveLine(draft, 1) : recall(draft, change.inputs, 1);
    case 'backspace':
      return replace(draft, before(text, cursor), cursor, '');
    case 'delete':
      return replace(draft, cursor, after(text, cursor), '');
    case 'deleteWord':
      return replace(draft, wordBefore(text, cursor), cursor, '');
    case 'deleteToStart':
      return replace(draft, lineStart(text, cursor), cursor, '');
    case 'deleteToEnd':
      return replace(draft, cursor, lineEnd(text, cursor), '');
    case 'clear':
      return emptyDraft;
  }
}

function replace(draft: Draft, from: number, to: number, by: string): Draft {
  const text = draft.text.slice(0, from) + by + draft.text.slice(to);
  return { ...draft, text, cursor: from + by.length };
}

function before(text: string, cursor: number): number {
  const last = [...graphemes.segment(text.slice(0, cursor))].at(-1);
  return last ? last.index : 0;
}

function after(text: string, cursor: number): number {
  const [first] = graphemes.segment(text.slice(cursor));
  return cursor + (first?.segment.length ?? 0);
}

function wordBefore(text: string, cursor: number): number {
  return cursor - (/\S*\s*$/.exec(text.slice(0, cursor))?.[0].length ?? 0);
}

function lineStart(text: string, cursor: number): number {
  return text.lastIndexOf('\n', cursor - 1) + 1;
}

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf('\n', cursor);
  return end === -1 ? text.length : end;
}

/** Keeps the column as far as the other line is long enough. */
function moveLine(draft: Draft, by: 1 | -1): Draft {
  const { text, cursor } = draft;
  const start = lineStart(text, cursor);
  const other = by === -1 ? lineStart(text, start - 1) : lineEnd(text, cursor) + 1;
  return { ...draft, cursor: Math.min(other + cursor - start, lineEnd(text, other)) };
}

/** Walks through earlier inputs; behind the newest comes what was being typed. */
function recall(draft: Draft, inputs: readonly string[], by: 1 | -1): Draft {
  const at = (draft.recalled ?? inputs.length) + by;
  const own = draft.recalled === undefined ? draft.text : draft.own;
  if (at < 0 || at > inputs.length) return draft;
  if (at === inputs.length) return draftOf(own);
  return { ...draftOf(inputs[at] ?? ''), recalled: at, own };
}
