import { dynamicTool, jsonSchema, type ModelMessage, type Tool, type ToolSet } from 'ai';
import { readAgain, readResultName } from './context/aside.ts';
import { createLanes } from './lanes.ts';
import { isRecord } from './mcp/output.ts';
import type { Servers } from './mcp/servers.ts';

type AnyTool = ToolSet[string];

export type RunHooks = {
  /** Whether a call only reads, so that others may run beside it. */
  reads(toolName: string, input: unknown): boolean;
  /** Before a call runs; when it throws, the call does not. */
  starts(call: { toolCallId: string; toolName: string; input: unknown }): Promise<void>;
  ends(toolCallId: string, ms: number): void;
};

/** The tools of the servers as a turn runs them. */
export type RunTools = {
  /** One live object: it follows the servers' tools. */
  tools: ToolSet;
  /** Adds the tool that reads results again, while there are some to read, or takes it away. */
  offerReadResult(messages: (() => readonly ModelMessage[]) | undefined): void;
  release(): void;
};

/** Reads run side by side and a change alone, in the order of the calls: a later one may rest on what an earlier did. */
export function runTools(servers: Servers, hooks: RunHooks): RunTools {
  const lanes = createLanes();
  const tools: ToolSet = {};
  let readResult: AnyTool | undefined;

  function refresh(): void {
    for (const name of Object.keys(tools)) delete tools[name];
    for (const [name, tool] of Object.entries(servers.tools)) tools[name] = inLane(name, tool);
    if (readResult) tools[readResultName] = readResult;
  }

  function inLane(name: string, tool: AnyTool): AnyTool {
    const { execute } = tool;
    if (!execute) return tool;
    const run: typeof execute = async function* (input, options) {
      const leave = await lanes.enter(!hooks.reads(name, input), options.abortSignal);
      try {
        await hooks.starts({ toolCallId: options.toolCallId, toolName: name, input });
        const since = performance.now();
        try {
          const output = execute(input, options);
          if (isIterable(output)) yield* output;
          else yield await output;
        } finally {
          hooks.ends(options.toolCallId, performance.now() - since);
        }
      } finally {
        leave();
      }
    };
    return { ...tool, execute: run };
  }

  refresh();
  return {
    tools,
    offerReadResult(messages) {
      readResult = messages && inLane(readResultName, readResultTool(messages));
      refresh();
    },
    release: servers.onChange(refresh),
  };
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

const readResultTool = (messages: () => readonly ModelMessage[]): Tool =>
  dynamicTool({
    description: 'Reads a result of this conversation again that was put aside.',
    inputSchema: jsonSchema({
      type: 'object',
      properties: { id: { type: 'string' }, offset: { type: 'integer' } },
      required: ['id'],
    }),
    execute: async (input) => {
      if (!isRecord(input) || typeof input.id !== 'string') throw new Error('Give the id of the result.');
      return readAgain(messages(), input.id, Number(input.offset ?? 0) || 0);
    },
  });
