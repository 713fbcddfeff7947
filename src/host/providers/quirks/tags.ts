/** A piece of an answer. */
export type Piece = { type: 'text' | 'reasoning'; text: string };

/** Code in Markdown: a span or fence goes on until the same marks come again. */
type Code = { marks: string; fence: boolean };

/**
 * Parts thinking from answer where a model writes both as one text, with tags between. Tags may come in pieces; tags in
 * code spans and fences are text like any other.
 */
export type TagSplitter = {
  push(text: string): Piece[];
  /** What was held back because a tag might have begun. */
  end(): Piece[];
  /** A closing tag came though none was open: what came before it was thinking. */
  readonly orphan: boolean;
  /** It began with thinking, and the thinking never ended. */
  readonly unclosed: boolean;
};

export function createTagSplitter(tags: readonly string[], startsInside: boolean): TagSplitter {
  const opening = tags.map((tag) => `<${tag}>`);
  const closing = tags.map((tag) => `</${tag}>`);
  let awaited = startsInside ? closing : undefined;
  let code: Code | undefined;
  let lineStart = true;
  let blank = '';
  let shown = false;
  let thought = false;
  let orphan = false;
  let unclosed = startsInside;
  let buffer = '';

  /** Space around a tag belongs to neither side. */
  function text(piece: string): Piece[] {
    if (shown) return piece === '' ? [] : [{ type: 'text', text: piece }];
    blank += piece;
    if (blank.trim() === '') return [];
    shown = true;
    return [{ type: 'text', text: thought ? blank.trimStart() : blank }];
  }

  function enter(tag: string): void {
    awaited = [tag.replace('<', '</')];
    code = undefined;
    blank = '';
    shown = false;
    thought = true;
  }

  function leave(): void {
    awaited = undefined;
    unclosed = false;
    thought = true;
    lineStart = true;
    blank = '';
    shown = false;
  }

  /** Takes what is certain from the buffer; with `all`, everything. */
  function take(all: boolean): Piece[] {
    const pieces: Piece[] = [];
    while (buffer !== '') {
      const { used, said } = awaited ? think(awaited, all) : answer(all);
      if (used === 0) break;
      buffer = buffer.slice(used);
      pieces.push(...said);
    }
    return pieces;
  }

  function think(ends: readonly string[], all: boolean): { used: number; said: Piece[] } {
    const at = buffer.indexOf('<');
    if (at !== 0) {
      const used = at < 0 ? buffer.length : at;
      return { used, said: [{ type: 'reasoning', text: buffer.slice(0, used) }] };
    }
    const end = matchTag(buffer, ends);
    if (end === 'perhaps' && !all) return { used: 0, said: [] };
    if (end && end !== 'perhaps') {
      leave();
      return { used: end.length, said: [] };
    }
    // One that starts inside may say so all the same.
    const again = matchTag(buffer, opening);
    if (again === 'perhaps' && !all) return { used: 0, said: [] };
    if (again && again !== 'perhaps') return { used: again.length, said: [] };
    return { used: 1, said: [{ type: 'reasoning', text: '<' }] };
  }

  function answer(all: boolean): { used: number; said: Piece[] } {
    const plain = /^[^<`~\n]+/.exec(buffer)?.[0];
    if (plain) {
      if (plain.trim() !== '') lineStart = false;
      return { used: plain.length, said: text(plain) };
    }
    if (buffer[0] === '<') return tagOrText(all);
    if (buffer[0] === '\n') {
      // A span of code does not go over an empty line.
      if (lineStart && code && !code.fence) code = undefined;
      lineStart = true;
      return { used: 1, said: text('\n') };
    }
    const marks = /^(`+|~+)/.exec(buffer)?.[0] ?? '';
    if (marks.length === buffer.length && !all) return { used: 0, said: [] };
    seeMarks(marks);
    lineStart = false;
    return { used: marks.length, said: text(marks) };
  }

  function seeMarks(marks: string): void {
    const fence = lineStart && marks.length >= 3;
    if (!code) {
      if (fence || marks[0] === '`') code = { marks, fence };
    } else if (code.fence ? fence && marks.startsWith(code.marks) : marks === code.marks) code = undefined;
  }

  function tagOrText(all: boolean): { used: number; said: Piece[] } {
    lineStart = false;
    const tag = code ? undefined : matchTag(buffer, [...opening, ...closing]);
    if (tag === 'perhaps' && !all) return { used: 0, said: [] };
    if (!tag || tag === 'perhaps') return { used: 1, said: text('<') };
    if (tag.startsWith('</')) {
      orphan ||= !thought;
      leave();
    } else enter(tag);
    return { used: tag.length, said: [] };
  }

  return {
    push(more) {
      buffer += more;
      return take(false);
    },
    end: () => take(true),
    get orphan() {
      return orphan;
    },
    get unclosed() {
      return unclosed;
    },
  };
}

/** The tag a text begins with, or `perhaps` when it may become one. */
function matchTag(text: string, tags: readonly string[]): string | undefined {
  return (
    tags.find((tag) => text.startsWith(tag)) ??
    (tags.some((tag) => tag.startsWith(text)) ? 'perhaps' : undefined)
  );
}
