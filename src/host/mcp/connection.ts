import { type CallToolResult, Client, type Tool } from '@modelcontextprotocol/client';
import { rootCause } from '../cause.ts';
import { publicUrl, redact } from '../providers/problem.ts';
import { type ServerConfig, secretsOfServer } from './config.ts';
import { watchAnswers } from './cut-answers.ts';
import type { ToolProgress } from './output.ts';
import { openTransport } from './transport.ts';

/** A server has this long to start and answer. */
const connectTimeout = 30_000;
/** A call may be silent this long; any sign of progress starts it anew. */
const callTimeout = 10 * 60_000;
/** Node keeps 170 bytes for each request over HTTP until its connection ends (`AbortSignal.any` in the MCP library). */
const usesUntilRenewal = 1_000;
const shortestSecret = 8;

export type CallOptions = { signal?: AbortSignal | undefined; onProgress?: (progress: ToolProgress) => void };

/** One MCP server: connected on demand, and again after it ended. */
export type Connection = {
  readonly config: ServerConfig;
  readonly state: 'connected' | 'failed' | 'closed';
  readonly problem: string | undefined;
  readonly tools: readonly Tool[];
  /** The SDK's client, for what the server said of itself; throws what is wrong when there is no connection. */
  client(): Client;
  /** Asks the server something by the SDK's client. @throws what is wrong when there is no connection */
  use<T>(ask: (client: Client) => Promise<T>): Promise<T>;
  /** @throws an Error for people when the server does not start or answer. */
  connect(signal?: AbortSignal): Promise<void>;
  /** Runs a tool; starts a server that ended anew first, but never repeats a call. */
  call(name: string, input: Record<string, unknown>, options: CallOptions): Promise<CallToolResult>;
  close(): Promise<void>;
};

export function createConnection(
  config: ServerConfig,
  clientInfo: { name: string; version: string },
  onChange: () => void,
): Connection {
  let client: Client | undefined;
  let tools: readonly Tool[] = [];
  let state: Connection['state'] = 'closed';
  let problem: string | undefined;
  let closing = false;
  let keepsNothing = () => false;
  let uses = 0;
  let underWay = 0;

  /** What a server says when it fails may hold what it was given. Short words of it are no secrets. */
  const secrets = secretsOfServer(config).filter(({ length }) => length >= shortestSecret);
  const hide = (text: string) => redact(text, secrets);

  const answers = watchAnswers('url' in config ? config.fetch : undefined);
  let connecting: Promise<void> | undefined;

  // Two calls that find the server gone must not start it twice.
  function connect(signal?: AbortSignal): Promise<void> {
    connecting ??= start(signal).finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  async function start(signal?: AbortSignal): Promise<void> {
    const opened = openTransport(config, answers.fetch);
    const next = new Client(clientInfo, {
      // Over stdio a probe for the newer protocol era costs a second process; every server speaks the older one.
      ...('url' in config && { versionNegotiation: { mode: 'auto' as const } }),
      listChanged: { tools: { onChanged: (_error, changed) => changed && update(next, changed) } },
    });
    try {
      const options = { timeout: connectTimeout, ...(signal && { signal }) };
      await next.connect(opened.transport, options);
      if (closing) return await next.close();
      client = next;
      keepsNothing = opened.keepsNothing;
      uses = 0;
      state = 'connected';
      problem = undefined;
      next.onclose = () => ended(next, opened.stderr());
      update(
        next,
        next.getServerCapabilities()?.tools ? (await next.listTools(undefined, options)).tools : [],
      );
    } catch (error) {
      client = undefined;
      state = 'failed';
      problem = hide(startProblem(config, error, opened.stderr()));
      await next.close().catch(() => {});
      onChange();
      throw new Error(problem);
    }
  }

  function update(from: Client, changed: readonly Tool[]): void {
    if (from !== client) return;
    tools = changed;
    onChange();
  }

  function ended(which: Client, lastWords: string): void {
    if (which !== client) return;
    client = undefined;
    state = 'closed';
    problem = closing ? undefined : hide(`The MCP server "${config.name}" has ended.${lastWords}`);
    onChange();
  }

  function connected(): Client {
    if (!client) throw new Error(problem ?? `The MCP server "${config.name}" is not connected.`);
    return client;
  }

  async function use<T>(ask: (client: Client) => Promise<T>): Promise<T> {
    // What the old connection was asked would end with it.
    await connecting?.catch(() => {});
    uses += 1;
    underWay += 1;
    try {
      return await ask(connected());
    } finally {
      underWay -= 1;
      if (uses >= usesUntilRenewal && underWay === 0 && keepsNothing()) renew();
    }
  }

  function renew(): void {
    if (!client || closing || connecting) return;
    const old = client;
    // Of a server that does not answer any more, the next call tells.
    connect()
      .catch(() => {})
      .finally(() => old.close().catch(() => {}));
  }

  async function call(
    name: string,
    input: Record<string, unknown>,
    { signal, onProgress }: CallOptions,
  ): Promise<CallToolResult> {
    if (!client && !closing) await connect(signal);
    let broken = false;
    try {
      return await answers.during((cut) => {
        cut.addEventListener('abort', () => {
          broken = true;
        });
        const options = {
          // Also what makes a progress token go out, without which a long call would time out.
          onprogress: (progress: ToolProgress) => onProgress?.(progress),
          resetTimeoutOnProgress: true,
          timeout: callTimeout,
          signal: signal ? AbortSignal.any([signal, cut]) : cut,
        };
        return use((asked) => asked.callTool({ name, arguments: input }, options));
      });
    } catch (error) {
      if (broken) {
        const problem = `The answer of the MCP server "${config.name}" broke off. Whether the call took effect is not known.`;
        throw new Error(problem, { cause: error });
      }
      if (error instanceof Error) error.message = hide(error.message);
      if (state !== 'closed' || closing) throw error;
      throw new Error(`${problem} Whether the call took effect is not known.`, { cause: error });
    }
  }

  return {
    config,
    get state() {
      return state;
    },
    get problem() {
      return problem;
    },
    get tools() {
      return tools;
    },
    client: connected,
    connect,
    use,
    call,
    async close() {
      closing = true;
      await client?.close();
    },
  };
}

function startProblem(config: ServerConfig, error: unknown, lastWords: string): string {
  const reason = error instanceof Error ? error.message : String(error);
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  if ('url' in config)
    return `The MCP server "${config.name}" (${publicUrl(config.url)}) does not answer: ${reason} (${rootCause(error)}).`;
  if (missing) {
    return `The MCP server "${config.name}" did not start: there is no command "${config.command}".`;
  }
  return `The MCP server "${config.name}" did not start: ${reason}.${lastWords}`;
}
