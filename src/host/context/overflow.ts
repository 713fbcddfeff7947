import { type LanguageModelMiddleware, wrapLanguageModel } from 'ai';
import type { ChatModel } from '../providers/models.ts';
import { isModelProblem } from '../providers/problem.ts';
import { contentTokens } from './tokens.ts';

type Model = ChatModel['languageModel'];
type Params = Parameters<NonNullable<LanguageModelMiddleware['transformParams']>>[0]['params'];
type Message = Params['prompt'][number];

/**
 * Asks once more with less when the endpoint says that a request does not fit: large results of tools are left out, all
 * but those of the last step.
 * @param onOverflow told of the tokens of the request that did not fit, by our estimate, and whether it is asked again
 */
export function shrinkOnOverflow(model: Model, onOverflow: (tokens: number, again: boolean) => void): Model {
  async function attempt<T>(params: Params, ask: (params: Params) => PromiseLike<T>): Promise<T> {
    try {
      return await ask(params);
    } catch (error) {
      if (!isModelProblem(error) || error.kind !== 'context-overflow') throw error;
      const prompt = shrunk(params.prompt);
      onOverflow(contentTokens(params.prompt) + contentTokens(params.tools ?? []), prompt !== undefined);
      if (!prompt) throw error;
      return ask({ ...params, prompt });
    }
  }
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: 'v4',
      wrapGenerate: ({ params, model: inner }) => attempt(params, (current) => inner.doGenerate(current)),
      wrapStream: ({ params, model: inner }) => attempt(params, (current) => inner.doStream(current)),
    },
  });
}

/** A result of fewer tokens than the note in its place is left alone. */
const WORTH = 100;
const NOTE =
  'This result was left out, because the context of the model does not hold it. Read less at once.';

/** Without the large results of earlier steps; undefined when there are none. */
function shrunk(prompt: Params['prompt']): Params['prompt'] | undefined {
  const last = prompt.findLastIndex(({ role }) => role === 'tool');
  let left = false;
  const shorter = prompt.map((message, index): Message => {
    if (message.role !== 'tool' || index === last) return message;
    const content = message.content.map((part) => {
      if (part.type !== 'tool-result' || contentTokens(part.output) < WORTH) return part;
      left = true;
      return { ...part, output: { type: 'text' as const, value: NOTE } };
    });
    return { ...message, content };
  });
  return left ? shorter : undefined;
}
