import type { Rest } from '../rest.ts';
import type { ToolCall } from '../rpc.ts';

/** What a model sends in one turn, several calls at once where none needs the answer of another; the answers as text. */
export type Turn = (...calls: ToolCall[]) => Promise<string[]>;

/** How one side does a task: what a competent model sends, in the fewest sensible calls. */
export type Script = {
  /** Tools that are used: in registry mode they are found and described before. */
  tools: string[];
  /** Collections whose fields are looked up before. */
  keys: string[];
  /** Topic of our system prompt that is read before, where the definitions do not say enough. */
  topic?: string;
  /** The work that follows. `says` is what the person answers to a question of the model. */
  act(turn: Turn, says: (words: string) => void): Promise<void>;
};

export type Task = {
  name: string;
  /** What the person wants. */
  wants: string;
  /** What a model searches tools by, in registry mode. */
  search: string;
  ours: Script;
  own: Script;
  /** Makes what the task is about. */
  prepare?(rest: Rest): Promise<unknown>;
  /**
   * Whether it is done, seen through REST.
   * @param said all answers of tools
   * @throws with what is wrong
   */
  check(rest: Rest, said: string): Promise<void>;
};

/** A task that both sides do by the same calls. */
export const alike = (script: Script): Pick<Task, 'ours' | 'own'> => ({ ours: script, own: script });

export const call = (name: string, args: ToolCall['arguments'] = {}): ToolCall => ({ name, arguments: args });

export const items = (action: string, collection: string, more: object): ToolCall =>
  call('items', { action, collection, ...more });

/** Sends a change that may be held: then the person is asked, and the same call goes out again with the token. */
export async function confirmed(
  turn: Turn,
  says: (words: string) => void,
  change: ToolCall,
): Promise<string> {
  const [words = ''] = await turn(change);
  const confirm = tokenIn(words);
  if (!confirm) return words;
  says('Yes, do it.');
  const [done = ''] = await turn({ ...change, arguments: { ...change.arguments, confirm } });
  return done;
}

/** The token by which a held change of ours is confirmed. */
export const tokenIn = (words: string): string | undefined => /"confirm":"([^"]+)"/.exec(words)?.[1];

/** The key of the first row in an answer, which ours calls `key` in receipts. @throws when there is none */
export function keyIn(words: string): string {
  const [, key] = /"(?:id|key)":"?([0-9a-f-]+)/.exec(words) ?? [];
  if (key) return key;
  throw new Error(`There is no key in: ${words.slice(0, 300)}`);
}

/** The keys of all rows in an answer: under `id`, or first in each row of a table. */
export function keysIn(words: string): string[] {
  const [, table] = /"rows":(\[\[.*?\]\])/.exec(words) ?? [];
  if (table) return (JSON.parse(table) as unknown[][]).map(([key]) => String(key));
  return [...words.matchAll(/"id":"?([0-9a-f-]+)/g)].flatMap(([, key]) => key ?? []);
}

/** @throws when it is not so */
export function must(so: boolean, otherwise: string, seen: unknown): void {
  if (!so) throw new Error(`${otherwise}: ${JSON.stringify(seen).slice(0, 300)}`);
}

/** Rows that fit a filter. */
export async function rows<T>(rest: Rest, collection: string, filter: object, fields = '*'): Promise<T[]> {
  const asked = encodeURIComponent(JSON.stringify(filter));
  return (await rest('GET', `/items/${collection}?limit=-1&fields=${fields}&filter=${asked}`)) as T[];
}
