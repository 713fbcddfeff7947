import * as z from 'zod';
import type { Quirks } from '../endpoints.ts';
import type { IdRule } from './call-ids.ts';
import type { Failure } from './failure.ts';

/** What a compatible endpoint wants otherwise than OpenAI; some of it is known, and some is learned from what it refuses. */
export type Dialect = {
  /** The body of a request as this endpoint takes it. */
  body(body: Record<string, unknown>): Record<string, unknown>;
  idRule(): IdRule;
  /** Learns from a refusal. Returns what will be done otherwise, a sentence for people; undefined when nothing can be. */
  learn(failure: Failure): string | undefined;
};

const mistral = /mistral|mixtral|codestral|devstral|magistral|pixtral/i;
const messages = z.array(z.looseObject({ role: z.string() }));

export function createDialect(about: {
  label: string;
  modelId: string;
  baseUrl: string;
  quirks: Quirks;
}): Dialect {
  const { label, modelId, baseUrl, quirks } = about;
  let idRule: IdRule = mistral.test(modelId) || mistral.test(new URL(baseUrl).host) ? 'short' : 'loose';
  let usage = true;
  let thinking: 'as it is' | 'always' | 'never' = 'as it is';

  return {
    idRule: () => idRule,
    body(body) {
      const { parallelCalls } = quirks;
      return {
        ...body,
        ...(!usage && { stream_options: undefined }),
        ...(parallelCalls !== undefined &&
          body.tools !== undefined && { parallel_tool_calls: parallelCalls }),
        messages: messages.parse(body.messages).map((message) => {
          if (message.role !== 'assistant' || thinking === 'as it is') return message;
          const said = thinking === 'always' ? (message.reasoning_content ?? '') : undefined;
          return { ...message, reasoning_content: said };
        }),
      };
    },
    learn({ status, text }) {
      if (status !== 400 && status !== 422) return undefined;
      if (usage && /stream_options|include_usage/.test(text)) {
        usage = false;
        return `${label} does not tell how many tokens it uses while it streams; they are estimated from here on.`;
      }
      if (idRule !== 'short' && /tool.?call.?id/i.test(text) && /length of 9/i.test(text)) {
        idRule = 'short';
        return `${label} takes only ids of nine letters and digits; it was asked again with such.`;
      }
      if (/reasoning_content/.test(text)) {
        const wanted = /must|missing|required/.test(text) && !/must not|unsupported|forbidden/.test(text);
        const next = wanted ? 'always' : 'never';
        if (thinking !== 'as it is') return undefined;
        thinking = next;
        return `${label} was asked again ${wanted ? 'with' : 'without'} the thinking of earlier answers.`;
      }
      return undefined;
    },
  };
}
