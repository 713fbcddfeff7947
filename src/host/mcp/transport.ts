import { StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { ServerConfig } from './config.ts';

const keptStderrLines = 20;

/** The way to one server. */
export type Opened = {
  transport: Transport;
  /** What a process said last, for people. */
  stderr(): string;
  /** The server knows nothing of this connection, so that another one serves as well. */
  keepsNothing(): boolean;
};

/** @param send sends the requests, where the server is reached over HTTP */
export function openTransport(config: ServerConfig, send: typeof fetch): Opened {
  if ('url' in config) {
    const options = {
      ...(config.headers && { requestInit: { headers: config.headers } }),
      fetch: send,
    };
    const transport = new StreamableHTTPClientTransport(new URL(config.url), options);
    return { transport, stderr: () => '', keepsNothing: () => transport.sessionId === undefined };
  }
  const transport = new StdioClientTransport({
    command: config.command,
    stderr: 'pipe',
    ...(config.args && { args: config.args }),
    ...(config.env && { env: config.env }),
    ...(config.cwd && { cwd: config.cwd }),
  });
  let kept = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    kept = (kept + chunk.toString('utf8')).split('\n').slice(-keptStderrLines).join('\n').slice(-4000);
  });
  return {
    transport,
    stderr: () => (kept.trim() ? ` It said last:\n${kept.trim()}` : ''),
    keepsNothing: () => false,
  };
}
