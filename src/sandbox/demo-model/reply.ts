/** What a tool answered, read as data where it is data. */
export type Reply = {
  /** Everything the tool said. */
  text: string;
  /** What it said beside the data: notes, warnings, or the error itself. */
  words: string;
  /** The words as data, where they are a JSON object: keys, the next call, warnings. */
  info: Row;
  /** The data, or undefined when there is none. */
  data: unknown;
  /** The tool reported a failure, or answered with words where data was due. */
  failed: boolean;
  /** A person said no before the tool ran. It is `failed`, too. */
  denied: boolean;
  /** It was stopped before the tool ran, or while it ran: then nobody knows what came of it. It is `failed`, too. */
  cut?: 'not run' | 'unsure';
};

export type Row = Record<string, unknown>;

/** How the AI SDK, chat hosts and people word a call that was not allowed to run. */
const DENIED =
  /^\W*(?:tool (?:call )?execution denied|(?:the )?(?:user|person) (?:has )?(?:denied|declined|refused|rejected)|denied|declined|not approved|rejected)\b|may run in this session|is disabled in the settings of this chat/i;

/** How a tool begins to say that it failed; facts about it may follow in a block. */
const ERROR = /^[A-Z][A-Z_]+: /;

/** How chat hosts word a call that was stopped before it ran, or while it ran. */
const NOT_RUN = /\bcall was not run\b|\bdid not answer this request\b/i;
const UNSURE = /\bmay or may not have taken effect\b/i;

/** A call without an answer: nobody knows what came of it. */
export const NO_REPLY: Reply = {
  text: '',
  words: '',
  info: {},
  data: undefined,
  failed: true,
  denied: false,
  cut: 'unsure',
};

/**
 * Reads the text of a tool message. Data stands in a block `<data-NONCE>...</data-NONCE>`; without such a block
 * the whole text may be JSON, which may in turn be MCP content.
 */
export function parseReply(text: string): Reply {
  const block = /<(data-[0-9a-z]+)>\s*([\s\S]*?)\s*<\/\1>/i.exec(text);
  if (block) {
    const data = parseJson(block[2] ?? '');
    const words = text.replace(block[0], '').trim();
    if (ERROR.test(words)) {
      const all = `${words}\n${block[2]}`;
      return { text, words: all, info: {}, data: undefined, failed: true, denied: false };
    }
    return { text, words, info: infoIn(words), data, failed: data === undefined, denied: false };
  }

  const data = parseJson(text);
  const blocks = isRow(data) ? data.content : data;
  if (Array.isArray(blocks) && blocks.some((each) => isRow(each) && each.type === 'text' && 'text' in each)) {
    const inner = parseReply(textOfBlocks(blocks));
    return { ...inner, failed: inner.failed || (isRow(data) && data.isError === true) };
  }
  const failed = data === undefined || (isRow(data) && ('error' in data || 'errors' in data));
  const cut = data === undefined ? cutIn(text) : undefined;
  const denied = data === undefined && !cut && DENIED.test(text);
  const reply = { text, words: failed ? text : '', info: isRow(data) ? data : {}, data, failed, denied };
  return { ...reply, ...(cut && { cut }) };
}

/** The rows in a tool's data: a list, a table of columns and rows, or one object; envelopes are opened. */
export function rowsOf(data: unknown): Row[] {
  if (Array.isArray(data)) return data.filter(isRow);
  if (!isRow(data)) return [];
  const { columns, rows } = data;
  if (Array.isArray(columns) && Array.isArray(rows)) {
    return rows.map((row: unknown[]) => Object.fromEntries(columns.map((name, i) => [String(name), row[i]])));
  }
  for (const envelope of ['data', 'raw', 'items', 'rows']) {
    const inside = data[envelope];
    if (Array.isArray(inside) || isRow(inside)) return rowsOf(inside);
  }
  return [data];
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cutIn(text: string): Reply['cut'] {
  if (UNSURE.test(text)) return 'unsure';
  return NOT_RUN.test(text) ? 'not run' : undefined;
}

function infoIn(words: string): Row {
  const values = words.split('\n').map(parseJson).filter(isRow);
  return Object.assign({}, ...values);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOfBlocks(blocks: unknown[]): string {
  return blocks
    .map((block) => {
      if (!isRow(block)) return '';
      return typeof block.text === 'string'
        ? block.text
        : JSON.stringify({ type: block.type, mimeType: block.mimeType });
    })
    .join('\n');
}
