import type { CallToolResult } from '@modelcontextprotocol/client';
import { isRecord, textOf } from '../mcp/output.ts';

/** Begins the block in which our server hands out what people wrote; the mark is its own in each reply. */
const OPENING = /^<(data-[0-9a-f]{8})>\n/m;

/** The data in a result of our server, rows that came as columns made into objects; undefined when there is none. */
export function dataIn(result: CallToolResult): unknown {
  const text = textOf(result);
  const opening = OPENING.exec(text);
  if (!opening) return undefined;
  const begin = opening.index + opening[0].length;
  const end = text.lastIndexOf(`\n</${opening[1]}>`);
  if (end < begin) return undefined;
  const data: unknown = JSON.parse(text.slice(begin, end));
  if (!isRecord(data) || !Array.isArray(data.columns) || !Array.isArray(data.rows)) return data;
  const names = data.columns.map(String);
  return data.rows.map((row) =>
    Object.fromEntries(names.map((name, at) => [name, Array.isArray(row) ? row[at] : undefined])),
  );
}
