/*
 * What is logged. An entry is made of the fields that stand here and no others: there is none for an address with its
 * query, a header, a body or an error of Directus, so that no secret can come into a log.
 */

export type Entry =
  | { event: 'listening'; url: string; peer: string }
  | { event: 'stopping' | 'stopped' | 'settings' }
  /** One request, when its answer was sent. `user` is the id of the Directus user. */
  | { event: 'request'; method: string; path: Path; status: number; ms: number; user?: string; rpc?: string }
  /** One call of a tool. */
  | { event: 'call'; tool: string; action?: string; outcome: Outcome; ms: number; user?: string }
  /** Something for whoever runs this; the text is ours or of the MCP library, never of a caller. */
  | { event: 'warning'; text: string };

/** Paths are named from a list: what callers write into an address is not logged. */
export type Path = '/mcp' | '/peer' | '/healthz' | '/readyz' | '/metrics' | '/' | 'other';

export type Outcome = 'ok' | 'error' | 'asked';

export type Log = (entry: Entry) => void;

/**
 * Writes entries as lines of JSON, for programs. Those of one turn of the event loop go out together: everything waits
 * while a line is written, and with many callers there are many.
 * @param write takes whole lines, and has written them when it returns
 */
export function logTo(write: (lines: string) => void): Log {
  let waiting = '';
  const flush = () => {
    const lines = waiting;
    waiting = '';
    if (lines) write(lines);
  };
  process.once('exit', flush);
  return (entry) => {
    if (!waiting) setImmediate(flush);
    waiting += `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`;
  };
}

/** Writes entries as people read them. @param write takes one line */
export function tellTo(write: (line: string) => void): Log {
  return (entry) => write(`${new Date().toTimeString().slice(0, 8)}  ${wordsFor(entry)}\n`);
}

function wordsFor(entry: Entry): string {
  switch (entry.event) {
    case 'listening':
      return `MCP is served at ${entry.url}. Open it in a browser to see how clients connect; Ctrl+C stops it.`;
    case 'request':
      return `${entry.method} ${entry.path} ${entry.rpc ?? ''} ${entry.status}, ${entry.ms} ms`.replace(
        '  ',
        ' ',
      );
    case 'call':
      return `${entry.tool}${entry.action ? `.${entry.action}` : ''}: ${entry.outcome}, ${entry.ms} ms`;
    case 'warning':
      return entry.text;
    case 'settings':
      return 'The settings changed.';
    case 'stopping':
      return 'Stopping; what is being worked on is brought to its end.';
    case 'stopped':
      return 'Stopped.';
  }
}
