import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { shortId } from './call-ids.ts';

/** A piece of a tool call as endpoints send it, with everything they get wrong. */
export const callDelta = z.looseObject({
  index: z.number().nullish(),
  id: z.union([z.string(), z.number()]).nullish(),
  function: z
    .looseObject({ name: z.string().nullish(), arguments: z.unknown().optional() })
    .nullish()
    .transform((value): { name?: string | null | undefined; arguments?: unknown } => value ?? {}),
});
type Delta = z.output<typeof callDelta>;

type Call = { id: string; wireId: string | undefined; wireIndexes: Set<number>; name: string; args: string };

/**
 * Puts the pieces of streamed tool calls in order: each call gets an index of its own, an id of its own that no call
 * of the conversation has, its name once, and its arguments as text.
 */
export type CallAssembler = {
  /** The piece in the form of OpenAI. */
  take(delta: Delta): object;
  /** There are calls, and the arguments of each are whole. */
  complete(): boolean;
};

export function createCallAssembler(usedIds: ReadonlySet<string>): CallAssembler {
  const calls: Call[] = [];

  function find(id: string | undefined, index: number | undefined, name: string, args: string) {
    const last = calls.at(-1);
    const atIndex = index === undefined ? undefined : calls.findLast((call) => call.wireIndexes.has(index));
    const withId = id === undefined ? undefined : calls.findLast((call) => call.wireId === id);
    const known =
      index === undefined
        ? (withId ?? (name || (id && !args) ? undefined : last))
        : (atIndex ?? (name ? undefined : withId));
    // Arguments at an index that no call was begun at belong to the call that is open.
    if (!known) return name || id ? undefined : last;
    return beginsAnother(known, id, name, args) ? undefined : known;
  }

  function begin(id: string | undefined): Call {
    const unused = (wanted: string) => {
      const short = shortId(wanted);
      return !usedIds.has(wanted) && !usedIds.has(short) && calls.every((call) => call.id !== wanted);
    };
    const own = id !== undefined && unused(id) ? id : shortId(randomUUID());
    const call = { id: own, wireId: id, wireIndexes: new Set<number>(), name: '', args: '' };
    calls.push(call);
    return call;
  }

  return {
    take({ index: wireIndex, id: wireId, function: fn, ...rest }) {
      const id = wireId === undefined || wireId === null || wireId === '' ? undefined : String(wireId);
      const index = wireIndex ?? undefined;
      const name = fn.name?.trim() ?? '';
      const args = textOf(fn.arguments);
      const found = find(id, index, name, args);
      const call = found ?? begin(id);
      if (index !== undefined) call.wireIndexes.add(index);
      const firstName = call.name === '' && name !== '';
      if (firstName) call.name = name;
      call.args += args;
      return {
        ...rest,
        index: calls.indexOf(call),
        ...(!found && { id: call.id, type: 'function' }),
        function: { ...(firstName && { name }), arguments: args },
      };
    },
    complete: () => calls.length > 0 && calls.every(({ name, args }) => name !== '' && isObject(args)),
  };
}

/** Whether a piece that seems to go on with a call begins the next one: some endpoints give all the same index. */
function beginsAnother(call: Call, id: string | undefined, name: string, args: string): boolean {
  if (name === '' || call.name === '') return false;
  const begins = /^\s*[{[]/.test(args);
  if (id !== undefined && call.wireId !== undefined && id !== call.wireId) {
    // Others give each piece of one call another id.
    return args === '' || begins || isObject(call.args);
  }
  return name !== call.name || (begins && isObject(call.args));
}

function isObject(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false;
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function textOf(args: unknown): string {
  if (args === undefined || args === null) return '';
  return typeof args === 'string' ? args : JSON.stringify(args);
}
