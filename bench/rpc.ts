/** A JSON-RPC reply, as MCP servers send it. */
export type Reply = { id?: number; result?: unknown; error?: { message: string } };

/** `confirm` is the token by which a held change of ours is made. */
export type ToolCall = { name: string; arguments: { confirm?: string; [name: string]: unknown } };

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
  const { words, failed } = answer(value);
  if (failed) throw new Error(`A call failed: ${words.slice(0, 300)}`);
  return words;
}

/** All text of a `tools/call` result, and whether it says that the tool failed. */
export function answer(value: unknown): { words: string; failed: boolean } {
  const { content, isError } = value as { content: { text?: string }[]; isError?: boolean };
  return { words: content.map((block) => block.text ?? '').join('\n'), failed: isError === true };
}
