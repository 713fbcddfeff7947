/** A JSON-RPC reply, as MCP servers send it. */
export type Reply = { id?: number; result?: unknown; error?: { message: string } };

export type Definition = { name: string; description?: string; inputSchema: object };

/** The result of a reply. @throws with the words of an error */
export function result({ result: value, error }: Reply): unknown {
  if (error) throw new Error(error.message);
  return value;
}

/** The tools of a `tools/list` result. */
export const definitions = (value: unknown): Definition[] => (value as { tools: Definition[] }).tools;

/** All text of a `tools/call` result. @throws when the tool failed: a failed call is no figure */
export function text(value: unknown): string {
  const { content, isError } = value as { content: { text?: string }[]; isError?: boolean };
  const words = content.map((block) => block.text ?? '').join('\n');
  if (isError) throw new Error(`A call failed: ${words.slice(0, 300)}`);
  return words;
}
