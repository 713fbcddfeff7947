import type { CallToolResult } from '@modelcontextprotocol/client';

/** How far a running call is; `total` is missing when the server does not know. */
export type ToolProgress = { progress: number; total?: number; message?: string };

/** Output of a tool in the stream: the result as MCP gave it, or (in a preliminary `tool-result`) progress. */
export type ToolOutput = CallToolResult | { progress: ToolProgress };

/** The progress in a preliminary output, if it is one. */
export function progressOf(output: unknown): ToolProgress | undefined {
  return isRecord(output) && isRecord(output.progress) && typeof output.progress.progress === 'number'
    ? { ...output.progress, progress: output.progress.progress }
    : undefined;
}

/** The text of a tool's output for people, media named by type (`[image/png]`); anything else as JSON. */
export function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  return JSON.stringify(output);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
