import type { CallToolResult } from '@modelcontextprotocol/client';
import { isRecord, textOf } from '../mcp/output.ts';

/** The block in which our server hands out what people wrote; the mark is its own in each reply. */
const BLOCK = /^<(data-[0-9a-f]+)>\n(.*)\n<\/\1>$/ms;

/** The data in a result of our server, rows that came as columns made into objects; undefined when there is none. */
export function dataIn(result: CallToolResult): unknown {
  const json = BLOCK.exec(textOf(result))?.[2];
  if (json === undefined) return undefined;
  const data: unknown = JSON.parse(json);
  if (!isRecord(data) || !Array.isArray(data.columns) || !Array.isArray(data.rows)) return data;
  const names = data.columns.map(String);
  return data.rows.map((row) =>
    Object.fromEntries(names.map((name, at) => [name, Array.isArray(row) ? row[at] : undefined])),
  );
}
