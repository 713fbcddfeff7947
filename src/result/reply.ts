/** What a tool answers with: plain data. How it looks to a model is decided in `render`. */
export type Reply = {
  /** Words of ours, trusted: counts, keys, the next call, warnings. Left out when empty. */
  info?: Record<string, unknown>;
  /** Words of ours behind those that are never cut, since the next call cannot be made without them. Short. */
  kept?: Record<string, string | boolean>;
  /** What came from Directus, written by people: shown inside the marked block. */
  data?: unknown;
  /** For lists: how the next part is asked for, when there is more. */
  page?: { offset: number; more: boolean };
  /** Where long texts begin, in characters; absent when the tool cannot read on in one. */
  textOffset?: number;
  /** Tokens this reply may cost, when the call said so. */
  maxTokens?: number;
  /** Text of ours alone, such as the system prompt. */
  text?: string;
  /** An image, a sound, or a file of another kind with the address it has in Directus. */
  media?: { mimeType: string; base64: string } & (
    | { type: 'image' | 'audio' }
    | { type: 'resource'; uri: string }
  );
};
