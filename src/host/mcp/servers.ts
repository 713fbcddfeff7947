import type { ModelMessage, ToolSet } from 'ai';
import type { Effect } from '../approvals.ts';
import type { ServerConfig } from './config.ts';

/** State of one server; `problem` is for people, with the last lines of its stderr. */
export type ServerStatus = {
  name: string;
  state: 'connected' | 'failed' | 'closed';
  problem?: string;
  /** Its own name and version, when it said so. */
  version?: string;
  tools: number;
  prompts: boolean;
};

/** A tool as `/tools` shows it. `actions` maps action to effect; the key is `''` for a tool without actions. */
export type ToolInfo = {
  /** The name the model knows it by. */
  name: string;
  server: string;
  title: string;
  description: string;
  actions: Record<string, Effect | 'unknown'>;
  /** Estimated tokens of its definition. */
  tokens: number;
};

/** What a call is about: the tool that really runs, its action and effect. */
export type CallInfo = { server: string; tool: string; action: string; effect: Effect | 'unknown' };

export type PromptInfo = {
  server: string;
  name: string;
  title: string;
  description: string;
  arguments: { name: string; description: string; required: boolean }[];
};

/** The connected MCP servers. */
export type Servers = {
  status(): ServerStatus[];
  /** The tools of all servers for the AI SDK. One live object: it follows `tools/list_changed`. */
  readonly tools: ToolSet;
  list(): ToolInfo[];
  /** What a call of `toolName` with `input` is about. */
  describe(toolName: string, input: unknown): CallInfo;
  /** What the servers say about themselves, for the system prompt. */
  instructions(): { server: string; text: string }[];
  prompts(): Promise<PromptInfo[]>;
  /** A prompt filled in, as messages to put before the person's own. */
  getPrompt(server: string, name: string, args: Record<string, string>): Promise<ModelMessage[]>;
  /** Values a prompt argument may have that begin with `value`, if the server knows. */
  complete(server: string, prompt: string, argument: string, value: string): Promise<string[]>;
  /** Called after the tools or a server's state changed; returns how to stop listening. */
  onChange(listener: () => void): () => void;
  /** Ends all servers' processes. */
  close(): Promise<void>;
};

/**
 * Connects all servers at once. One that does not start is `failed` in `status()`; the others still work. The
 * first server's tools keep their names; a later tool whose name is taken is called `server__tool`.
 */
export async function connectServers(
  configs: ServerConfig[],
  options: { client?: { name: string; version: string }; signal?: AbortSignal } = {},
): Promise<Servers> {
  throw new Error(`to be built: ${configs.length} ${options.signal}`);
}
