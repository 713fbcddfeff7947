import * as z from 'zod';
import { usageShape } from '../costs/usage.ts';
import type { JournalEntry } from './journal.ts';

const text = z.string();
const parts = z.array(z.looseObject({ type: text }));

/** As much of every entry as reading it back relies on. */
const schema = z.discriminatedUnion('type', [
  entry('titled', { title: text }),
  entry('said', {
    messages: z.array(
      z.looseObject({
        role: z.enum(['system', 'user', 'assistant', 'tool']),
        content: z.union([text, parts]),
      }),
    ),
  }),
  entry('dropped', { count: z.int().nonnegative() }),
  entry('heard', { part: z.looseObject({ type: text }) }),
  entry('call', {
    call: z.looseObject({
      toolCallId: text,
      toolName: text,
      server: text,
      tool: text,
      action: text,
      state: z.enum(['called', 'running', 'done', 'failed', 'denied']),
    }),
  }),
  entry('summarised', { summary: z.looseObject({ messages: z.int().nonnegative(), text }) }),
  entry('spent', { spent: z.looseObject({ model: text, ...usageShape }) }),
  entry('ended', { state: z.enum(['done', 'approval', 'limit', 'stopped', 'failed']) }),
  entry('model', { model: text }),
  entry('cleared', {}),
]);

function entry<T extends JournalEntry['type'], S extends z.ZodRawShape>(type: T, shape: S) {
  return z.looseObject({ type: z.literal(type), at: text, ...shape });
}

const known = new Set<string>(schema.options.map(({ shape }) => shape.type.value));
const anyEntry = z.looseObject({ type: text, at: text });

/** One line of a journal. `unknown` is an entry of a newer version, `broken` is none at all. */
export function parseEntry(line: string): JournalEntry | 'unknown' | 'broken' {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'broken';
  }
  if (isEntry(value)) return value;
  const { data } = anyEntry.safeParse(value);
  return data && !known.has(data.type) ? 'unknown' : 'broken';
}

const isEntry = (value: unknown): value is JournalEntry => schema.safeParse(value).success;

/** An entry as a line, its end included. Bytes become base64, which the AI SDK takes in the same places. */
export const entryLine = (entry: JournalEntry): string => `${JSON.stringify(entry, bytesAsText)}\n`;

function bytesAsText(this: unknown, key: string, value: unknown): unknown {
  // A Buffer has turned itself into an object by now.
  const original = isObject(this) ? this[key] : value;
  return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
