import type { CallToolResult, GetPromptResult, Prompt } from '@modelcontextprotocol/client';
import type { ModelMessage, ToolSet } from 'ai';
import { estimateTokens } from '../context/tokens.ts';
import type { ServerConfig } from './config.ts';
import { type Connection, createConnection } from './connection.ts';
import { type KnownEffect, readCall } from './effects.ts';
import { createConfirmations, type Preview, preview, type WrittenCall } from './preview.ts';
import { toMessages } from './prompts.ts';
import { runRead } from './read.ts';
import { type Entry, nameTools, toAiTool } from './tools.ts';

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
  actions: Record<string, KnownEffect>;
  /** Estimated tokens of its definition. */
  tokens: number;
};

/** What a call is about: the tool that really runs, its action and effect. */
export type CallInfo = { server: string; tool: string; action: string; effect: KnownEffect };

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
  /** What the server says a call would do; what confirms the call is kept for when it runs. Never rejects. */
  preview(call: WrittenCall, signal?: AbortSignal): Promise<Preview | undefined>;
  /** Runs a tool for the person, without asking: only what its server says reads. @throws an Error for people */
  read(tool: string, input: Record<string, unknown>, signal?: AbortSignal): Promise<CallToolResult>;
  /** What the servers say about themselves, for the system prompt. */
  instructions(): { server: string; text: string }[];
  /** Prompts of all servers that answer; a server that fails has none. */
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
  const clientInfo = options.client ?? { name: 'directus-assistant', version: '0.0.0' };
  const listeners = new Set<() => void>();
  const tools: ToolSet = {};
  const confirmations = createConfirmations();
  const owners = new Map<string, Connection>();
  let entries = new Map<string, Entry>();

  // The AI SDK reads the tools anew at each step, so the object stays and its content changes.
  function refresh(): void {
    entries = nameTools(connections, owners);
    for (const name of Object.keys(tools)) if (!entries.has(name)) delete tools[name];
    for (const entry of entries.values()) tools[entry.name] = toAiTool(entry, confirmations);
    for (const listener of listeners) listener();
  }

  const connections = configs.map((config) => createConnection(config, clientInfo, () => refresh()));
  await Promise.allSettled(connections.map((connection) => connection.connect(options.signal)));
  // Which one was there first does not count, but its place in the list.
  owners.clear();
  refresh();

  const connectionOf = (server: string): Connection => {
    const found = connections.find(({ config }) => config.name === server);
    if (!found) throw new Error(`There is no MCP server "${server}".`);
    return found;
  };

  return {
    tools,
    status: () => connections.map(statusOf),
    list: () => [...entries.values()].map(toolInfo),
    describe(toolName, input) {
      const entry = entries.get(toolName);
      if (!entry) return { server: '', tool: toolName, action: '', effect: 'unknown' };
      const { tool, effects } = entry;
      const call = readCall({ name: tool.name, effects }, input);
      // A tool with a prefix is known by it everywhere, so that its approvals are its own.
      return {
        server: entry.connection.config.name,
        ...call,
        ...(call.tool === tool.name && { tool: toolName }),
      };
    },
    async preview(call, signal) {
      const entry = entries.get(call.toolName);
      const found = entry && (await preview(entry.connection, entry.tool, call.input, signal));
      if (found?.confirm !== undefined) confirmations.keep(call, found.confirm);
      return found;
    },
    read: (tool, input, signal) => runRead(entries, tool, input, signal),
    instructions: () => connections.flatMap(instructionsOf),
    async prompts() {
      const lists = await Promise.allSettled(connections.filter(hasPrompts).map(promptsOf));
      return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
    },
    async getPrompt(server, name, args) {
      const result: GetPromptResult = await connectionOf(server).use((client) =>
        client.getPrompt({ name, arguments: args }),
      );
      return toMessages(result);
    },
    async complete(server, prompt, argument, value) {
      const connection = connectionOf(server);
      if (!connection.client().getServerCapabilities()?.completions) return [];
      const asked = {
        ref: { type: 'ref/prompt' as const, name: prompt },
        argument: { name: argument, value },
      };
      return (await connection.use((client) => client.complete(asked))).completion.values;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await Promise.allSettled(connections.map((connection) => connection.close()));
    },
  };
}

function statusOf(connection: Connection): ServerStatus {
  const { config, state, problem, tools } = connection;
  const version = state === 'connected' ? connection.client().getServerVersion() : undefined;
  return {
    name: config.name,
    state,
    ...(problem !== undefined && { problem }),
    ...(version && { version: `${version.name} ${version.version}` }),
    tools: tools.length,
    prompts: hasPrompts(connection),
  };
}

const hasPrompts = (connection: Connection): boolean =>
  connection.state === 'connected' && connection.client().getServerCapabilities()?.prompts !== undefined;

function instructionsOf(connection: Connection): { server: string; text: string }[] {
  const text = connection.state === 'connected' ? connection.client().getInstructions()?.trim() : '';
  return text ? [{ server: connection.config.name, text }] : [];
}

async function promptsOf(connection: Connection): Promise<PromptInfo[]> {
  const { prompts } = await connection.use((client) => client.listPrompts());
  return prompts.map((prompt: Prompt) => ({
    server: connection.config.name,
    name: prompt.name,
    title: prompt.title ?? prompt.name,
    description: prompt.description ?? '',
    arguments: (prompt.arguments ?? []).map(({ name, description, required }) => ({
      name,
      description: description ?? '',
      required: required ?? false,
    })),
  }));
}

function toolInfo({ name, connection, tool, effects }: Entry): ToolInfo {
  return {
    name,
    server: connection.config.name,
    title: tool.title ?? tool.annotations?.title ?? tool.name,
    description: tool.description ?? '',
    actions: effects,
    tokens: estimateTokens(`${name} ${tool.description ?? ''} ${JSON.stringify(tool.inputSchema)}`),
  };
}
