import { createHash } from 'node:crypto';
import type { Tool } from '@modelcontextprotocol/client';
import QuickLRU from 'quick-lru';
import type { Connection } from './connection.ts';
import { effectsKey } from './effects.ts';
import { isRecord } from './output.ts';

/** What a server says a change would do, for the person who decides on it. */
export type Preview = {
  text: string;
  /** The server wants this change confirmed, and takes this for a yes. */
  confirm?: string;
};

/** Where our server, and any other that likes to, puts its preview. */
const previewKey = 'directus-assistant/preview';

/**
 * Whether a tool can be asked what a call would do. Of a server that does not speak of effects, nobody knows whether it
 * means the same by `dryRun`: to ask it might be to do it.
 */
export const canPreview = ({ inputSchema, _meta }: Tool): boolean =>
  isRecord(_meta?.[effectsKey]) && 'dryRun' in (inputSchema.properties ?? {});

/** Asks what a call would do; undefined when the server does not tell, be it that the call is a faulty one. */
export async function preview(
  connection: Connection,
  tool: Tool,
  input: unknown,
  signal: AbortSignal | undefined,
): Promise<Preview | undefined> {
  if (!canPreview(tool) || !isRecord(input)) return undefined;
  try {
    const { _meta } = await connection.call(tool.name, { ...input, dryRun: true }, { signal });
    const said = _meta?.[previewKey];
    if (!isRecord(said) || typeof said.text !== 'string') return undefined;
    return { text: said.text, ...(typeof said.confirm === 'string' && { confirm: said.confirm }) };
  } catch {
    // The person is asked all the same, only without it.
    return undefined;
  }
}

/** A call as a model has written it. */
export type WrittenCall = { toolCallId: string; toolName: string; input: unknown };

/** The tokens by which approved calls are confirmed. They go from server to server and never through a model. */
export type Confirmations = {
  keep(call: WrittenCall, confirm: string): void;
  /** The token of a call, which is good for one run. */
  take(call: WrittenCall): string | undefined;
};

/** More calls than that do not wait. */
const MOST_KEPT = 1_000;

export function createConfirmations(): Confirmations {
  const kept = new QuickLRU<string, string>({ maxSize: MOST_KEPT });
  return {
    keep: (call, confirm) => kept.set(keyOf(call), confirm),
    take(call) {
      const confirm = kept.get(keyOf(call));
      kept.delete(keyOf(call));
      return confirm;
    },
  };
}

/** Ids of calls are one of a kind within a conversation, and several are held with the same servers. */
const keyOf = ({ toolCallId, toolName, input }: WrittenCall): string =>
  createHash('sha256')
    .update(JSON.stringify([toolCallId, toolName, input]))
    .digest('base64url');
