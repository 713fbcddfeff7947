import type { LanguageModelMiddleware } from 'ai';
import { isRecord } from '../../mcp/output.ts';

type Params = Parameters<NonNullable<LanguageModelMiddleware['transformParams']>>[0]['params'];
type Message = Params['prompt'][number];
type UserPart = Extract<Message, { role: 'user' }>['content'][number];

/**
 * Leaves out of a history what makes an endpoint refuse all of it: letters that were cut in two, which are no JSON for
 * some, and answers of blanks alone, which Anthropic does not take. What is stored stays as it was.
 */
export const sendable: LanguageModelMiddleware = {
  specificationVersion: 'v4',
  transformParams: async ({ params }) => ({
    ...params,
    prompt: wellFormed(params.prompt).flatMap(withoutBlanks),
  }),
};

/**
 * Messages of the person that follow one another become one: the templates of many local models refuse two, and after
 * one failed answer nothing would go any more.
 */
export const inTurns: LanguageModelMiddleware = {
  specificationVersion: 'v4',
  transformParams: async ({ params }) => {
    const prompt: Message[] = [];
    for (const message of params.prompt) {
      const last = prompt.at(-1);
      if (message.role !== 'user' || last?.role !== 'user') prompt.push(message);
      else prompt.splice(-1, 1, { ...message, content: joined(last.content, message.content) });
    }
    return { ...params, prompt };
  },
};

/** Two texts are one, for servers that take nothing but a text. */
function joined(before: UserPart[], after: UserPart[]): UserPart[] {
  const all = [...before, ...after];
  const texts = all.flatMap((part) => (part.type === 'text' ? part.text : []));
  return texts.length === 2 && all.length === 2 ? [{ type: 'text', text: texts.join('\n\n') }] : all;
}

/** An answer without its blank texts; none at all when nothing else is in it. */
function withoutBlanks(message: Message): Message[] {
  if (message.role !== 'assistant') return [message];
  const content = message.content.filter((part) => part.type !== 'text' || part.text.trim() !== '');
  return content.length > 0 ? [{ ...message, content }] : [];
}

/** The same, with every text in it well-formed; what is neither list nor plain object stays as it is. */
function wellFormed<T>(value: T): T {
  const mend = (part: unknown): unknown => {
    if (typeof part === 'string') return part.toWellFormed();
    if (Array.isArray(part)) return part.map(mend);
    if (!isRecord(part) || Object.getPrototypeOf(part) !== Object.prototype) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, mend(inner)]));
  };
  // Only letters change, and no shape.
  return mend(value) as T;
}
