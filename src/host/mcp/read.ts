import type { CallToolResult } from '@modelcontextprotocol/client';
import { readCall } from './effects.ts';
import { textOf } from './output.ts';
import type { Entry } from './tools.ts';

/**
 * Runs a tool for the person, who need not be asked about their own doing; so only what its server says reads.
 * @param name of the tool that is meant: where a server offers its tools through `execute`, it goes through that
 * @throws an Error for people: no such tool, not a plain read, or what the tool said went wrong
 */
export async function runRead(
  entries: ReadonlyMap<string, Entry>,
  name: string,
  input: Record<string, unknown>,
  signal: AbortSignal | undefined,
): Promise<CallToolResult> {
  const found = findTool(entries, name, input);
  if (!found) throw new Error(`No connected server has the tool "${name}", or you may not use it.`);
  const { entry, whole } = found;
  const { effect } = readCall({ name: entry.tool.name, effects: entry.effects }, whole);
  if (effect !== 'read')
    throw new Error(
      `Not run: "${entry.connection.config.name}" does not say that this use of ${name} only reads.`,
    );
  const result = await entry.connection.call(entry.tool.name, whole, { signal });
  if (result.isError) throw new Error(forPeople(textOf(result)));
  return result;
}

function findTool(entries: ReadonlyMap<string, Entry>, name: string, input: Record<string, unknown>) {
  const direct = entries.get(name);
  if (direct) return { entry: direct, whole: input };
  const through = [...entries.values()].find(
    ({ tool, effects }) =>
      tool.name === 'execute' && Object.keys(effects).some((key) => key.split('.')[0] === name),
  );
  return through && { entry: through, whole: { name, input } };
}

/** What a tool says when it fails, without its code, and without the lines after, which are advice for models. */
const forPeople = (said: string): string => said.replace(/^[A-Z_]+: /, '').split('\n')[0] ?? said;
