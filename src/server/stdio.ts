import type { FSWatcher } from 'node:fs';
import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import type { Server } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { messages } from './messages.ts';
import { createServer } from './server.ts';
import type { Session } from './session.ts';
import { warn } from './warn.ts';
import { stampOf, watchFile } from './watch.ts';

const WATCH_AFTER_MS = 100;
/** Room for a file in base64. */
const LONGEST_MESSAGE = 32 * 1024 * 1024;

export type Sessions = {
  /** The settings file; a change of it makes the next session. */
  file: string;
  first: Session;
  next: () => Session;
};

/**
 * Serves MCP on stdin and stdout until stdin ends, in both protocol eras. Changes of the settings file take effect
 * at once, and clients are told that the list of tools changed.
 * @param log writes a line for people; stdout is the wire, so it must go elsewhere
 * @param compiledKept fulfilled when nothing is kept any more of what was compiled, and V8 may be told otherwise
 */
export function serve(sessions: Sessions, log: (line: string) => void, compiledKept: Promise<void>): void {
  let session = sessions.first;
  warn(session.problems, log);

  const servers = new Set<Server>();
  const handle = serveStdio(
    () => {
      const server = createServer(() => session);
      servers.add(server);
      server.onclose = () => servers.delete(server);
      return server;
    },
    {
      transport: new StdioServerTransport(openInput(), process.stdout, { maxBufferSize: LONGEST_MESSAGE }),
      onerror: (error) => log(`Ignored: ${firstLine(error.message)}`),
    },
  );

  const renew = () => {
    const before = session;
    session = sessions.next();
    before.directus.close();
    warn(session.problems, log);
    // A client that has just left cannot be told, and need not be.
    for (const server of servers) server.sendToolListChanged().catch(() => {});
  };
  // Watching costs more than answering, so the first request goes first.
  const asRead = stampOf(sessions.file);
  let watcher: FSWatcher | undefined;
  setTimeout(() => {
    void compiledKept.then(saveMemory);
    watcher = watchFile(sessions.file, renew);
    if (stampOf(sessions.file) !== asRead) renew();
  }, WATCH_AFTER_MS).unref();

  const stop = () => {
    watcher?.close();
    session.directus.close();
    void handle.close().finally(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.stdin.once('end', stop);
}

/** The messages on stdin; what else comes there is answered at once. */
function openInput(): Readable {
  const input = messages(LONGEST_MESSAGE, process.stdout);
  // Who reads no more must not keep the process alive.
  input.once('pause', () => process.stdin.unpipe(input).pause());
  return process.stdin.pipe(input);
}

/**
 * A server mostly waits, and clients often start one for each window: a small heap is worth more than the last bit of
 * speed, so V8 collects earlier. The compile cache fits only the flags it was made under, and is written before.
 */
function saveMemory(): void {
  process.getBuiltinModule('node:module').flushCompileCache?.();
  setFlagsFromString('--optimize-for-size');
  // What is new lives in the room it had at the start, in place of twice 16 MB that are full of what is thrown away.
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** As much of an error as is worth a line in a log. */
function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
