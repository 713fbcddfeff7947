import type { LanguageModelMiddleware } from 'ai';
import { createIdMap, type IdRule } from './call-ids.ts';

type Params = Parameters<NonNullable<LanguageModelMiddleware['transformParams']>>[0]['params'];
type Message = Params['prompt'][number];

/**
 * Makes a history that any endpoint takes, whichever model it was held with: ids of calls that fit its rule and are all
 * different, names and arguments that were glued together taken apart. What is stored stays as it was.
 */
export const replayHistory = (rule: () => IdRule): LanguageModelMiddleware => ({
  specificationVersion: 'v4',
  transformParams: async ({ params }) => {
    const ids = createCallIds(rule());
    const nameOf = createNames((params.tools ?? []).map(({ name }) => name));
    return { ...params, prompt: params.prompt.map((message) => clean(message, ids, nameOf)) };
  },
});

function clean(message: Message, ids: CallIds, nameOf: (name: string) => string): Message {
  if (message.role !== 'assistant' && message.role !== 'tool') return message;
  const parts = <P extends { type: string }>(content: P[]): P[] =>
    content.map((part) => {
      if (isCall(part)) {
        const { toolCallId, toolName, input } = part;
        return {
          ...part,
          toolCallId: ids.ofCall(toolCallId),
          toolName: nameOf(toolName),
          input: asObject(input),
        };
      }
      if (!isResult(part)) return part;
      return { ...part, toolCallId: ids.ofResult(part.toolCallId), toolName: nameOf(part.toolName) };
    });
  return message.role === 'tool'
    ? { ...message, content: parts(message.content) }
    : { ...message, content: parts(message.content) };
}

type Call = { type: 'tool-call'; toolCallId: string; toolName: string; input: unknown };
type Result = { type: 'tool-result'; toolCallId: string; toolName: string };
const isCall = (part: { type: string }): part is Call => part.type === 'tool-call';
const isResult = (part: { type: string }): part is Result => part.type === 'tool-result';

type CallIds = { ofCall(id: string): string; ofResult(id: string): string };

/** Some endpoints use an id again in a later turn: then it is another call all the same. */
function createCallIds(rule: IdRule): CallIds {
  const map = createIdMap(rule);
  const times = new Map<string, number>();
  const current = (id: string): string => {
    const time = times.get(id) ?? 1;
    return map(time > 1 ? `${id} (${time})` : id);
  };
  return {
    ofCall(id) {
      times.set(id, (times.get(id) ?? 0) + 1);
      return current(id);
    },
    ofResult: current,
  };
}

/** Several names of at most 64 letters; what is longer is none of this. */
const LONGEST_GLUED = 1000;

function createNames(known: string[]): (name: string) => string {
  /** Texts that are not glued of names; without it, names like `a` and `aa` could be tried without end. */
  const whole = new Set<string>();
  /** The first of the names a text is glued of, if it is. */
  const first = (text: string): string | undefined => {
    if (whole.has(text)) return undefined;
    const found = known.find((name) => {
      const rest = text.startsWith(name) ? text.slice(name.length) : undefined;
      return rest === '' || (rest !== undefined && first(rest) !== undefined);
    });
    if (found === undefined) whole.add(text);
    return found;
  };
  return (name) => {
    if (known.includes(name)) return name;
    const glued = name.length <= LONGEST_GLUED ? first(name) : undefined;
    return glued ?? (name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'unknown');
  };
}

/** Arguments must be an object; of several glued together the first counts. */
function asObject(input: unknown): object {
  const value = typeof input === 'string' ? firstJson(input) : input;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function firstJson(text: string): unknown {
  for (let end = text.length; end > 0; end = text.lastIndexOf('}', end - 2) + 1) {
    try {
      const value: unknown = JSON.parse(text.slice(0, end));
      return typeof value === 'string' && value !== text ? firstJson(value) : value;
    } catch {
      // A shorter piece may be whole.
    }
  }
  return undefined;
}
