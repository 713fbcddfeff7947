import { createHash } from 'node:crypto';
import { ProtocolError, type Tool } from '@modelcontextprotocol/client';
import { dynamicTool, jsonSchema } from 'ai';
import { readResultName } from '../context/aside.ts';
import { dataBlock } from '../context-items/block.ts';
import type { Connection } from './connection.ts';
import { effectsOf, type KnownEffect } from './effects.ts';
import { isRecord, type ToolOutput, type ToolProgress, toModelOutput } from './output.ts';
import type { Confirmations } from './preview.ts';
import { wireSchema } from './wire-schema.ts';

/** A tool of one server under the name the model knows it by. */
export type Entry = {
  name: string;
  connection: Connection;
  tool: Tool;
  effects: Record<string, KnownEffect>;
};

/** OpenAI, Anthropic and Google all take names of at most this length. */
const longestName = 64;

/**
 * Names all tools: earlier servers keep theirs, a name that is taken gets its server's in front. What was allowed under
 * a name must not come to another server's tool: whoever had it first keeps it, also when its tool is away, and while a
 * server has not started, those after it have theirs in front of all names.
 * @param owners who has had which name; it is brought up to date
 */
export function nameTools(
  connections: readonly Connection[],
  owners: Map<string, Connection>,
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [index, connection] of connections.entries()) {
    // What an earlier one that did not start would be called is not known.
    const knowsAll = connections.slice(0, index).every(({ state }) => state !== 'failed');
    const free = (name: string) =>
      name !== readResultName && !entries.has(name) && (owners.get(name) ?? connection) === connection;
    for (const tool of connection.tools) {
      const [plain, full] = [safeName(tool.name), safeName(`${connection.config.name}__${tool.name}`)];
      const name = (knowsAll || owners.has(plain) ? [plain, full] : [full]).find(free);
      if (name === undefined) continue;
      owners.set(name, connection);
      entries.set(name, { name, connection, tool, effects: effectsOf(tool) });
    }
  }
  return entries;
}

/** Letters, digits, `_` and `-`, at most 64; a cut name ends in a hash so that two of them stay apart. */
function safeName(name: string): string {
  const safe = name.replace(/[^a-zA-Z0-9_-]/g, '_');
  if (safe.length <= longestName) return safe;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${safe.slice(0, longestName - hash.length - 1)}_${hash}`;
}

/** The tool for the AI SDK: a schema that every model takes, progress as preliminary results. */
export function toAiTool({ name, connection, tool }: Entry, confirmations: Confirmations) {
  const { foreign } = connection.config;
  const mark = foreign ? (text: string) => dataBlock('result', { of: name }, text) : undefined;
  return dynamicTool({
    ...(tool.description !== undefined && { description: tool.description }),
    inputSchema: jsonSchema(wireSchema(tool.inputSchema)),
    metadata: { server: connection.config.name },
    toModelOutput: ({ output }) => toModelOutput(output, mark),
    async *execute(input, { abortSignal, toolCallId }): AsyncGenerator<ToolOutput> {
      if (!isRecord(input)) throw new Error(`The arguments of ${tool.name} must be a JSON object.`);
      const confirm = confirmations.take({ toolCallId, toolName: name, input });
      const whole = confirm === undefined ? input : { ...input, confirm };
      yield* withProgress((onProgress) => {
        const result = connection.call(tool.name, whole, { signal: abortSignal, onProgress });
        return foreign ? result.catch(asResult) : result;
      });
    },
  });
}

/** What a server says when it refuses a call is told like what its tools say: a thrown error would reach a model as it is. */
function asResult(error: unknown): ToolOutput {
  if (!(error instanceof ProtocolError)) throw error;
  return { isError: true, content: [{ type: 'text', text: error.message }] };
}

/** Yields progress as it is told, and the result last; progress that the result has overtaken is of no use. */
async function* withProgress(
  start: (onProgress: (progress: ToolProgress) => void) => Promise<ToolOutput>,
): AsyncGenerator<ToolOutput> {
  const told: ToolProgress[] = [];
  let wake = () => {};
  let settled = false;
  const result = start((progress) => {
    told.push(progress);
    wake();
  });
  const done = () => {
    settled = true;
    wake();
  };
  result.then(done, done);
  while (!settled) {
    const next = told.shift();
    if (next) yield { progress: next };
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  yield await result;
}
