import type { LanguageModelMiddleware } from 'ai';
import type { Quirks } from '../endpoints.ts';
import { createTagSplitter, type Piece } from './tags.ts';

type Stream = Awaited<ReturnType<NonNullable<LanguageModelMiddleware['wrapStream']>>>['stream'];
type Part = Stream extends ReadableStream<infer T> ? T : never;

const usualTags = ['think', 'thinking', 'thought'];

/**
 * Makes thinking of what a model writes between tags in its answer. A model that only closes the tag is known by that
 * from its second answer on, or from the first when the settings say so.
 */
export function thinkingInTags(quirks: Quirks): LanguageModelMiddleware {
  const tags = quirks.reasoningTags ?? usualTags;
  let startsInside = quirks.startsWithReasoning ?? false;

  function learn(splitter: { orphan: boolean; unclosed: boolean }): void {
    if (quirks.startsWithReasoning !== undefined) return;
    if (splitter.orphan) startsInside = true;
    else if (splitter.unclosed) startsInside = false;
  }

  return {
    specificationVersion: 'v4',
    async wrapGenerate({ doGenerate }) {
      const { content, ...rest } = await doGenerate();
      return {
        ...rest,
        content: content.flatMap((part): typeof content => {
          if (part.type !== 'text') return [part];
          const splitter = createTagSplitter(tags, startsInside);
          const pieces = join([...splitter.push(part.text), ...splitter.end()]);
          learn(splitter);
          return splitter.unclosed ? [part] : pieces;
        }),
      };
    },
    async wrapStream({ doStream }) {
      const { stream, ...rest } = await doStream();
      const splitter = createTagSplitter(tags, startsInside);
      return { ...rest, stream: stream.pipeThrough(splitParts(splitter, learn)) };
    },
  };
}

type Splitter = ReturnType<typeof createTagSplitter>;

function splitParts(splitter: Splitter, learn: (splitter: Splitter) => void): TransformStream<Part, Part> {
  let open: { type: Piece['type']; id: string } | undefined;
  let parts = 0;
  let thoughts = '';
  let answered = false;

  return new TransformStream({
    transform(part, controller) {
      const show = (pieces: Piece[]) => {
        for (const { type, text } of pieces) {
          if (open?.type !== type) {
            close();
            open = { type, id: `${type}-in-tags-${parts++}` };
            controller.enqueue({ type: `${type}-start`, id: open.id });
          }
          if (type === 'reasoning') thoughts += text;
          else answered = true;
          controller.enqueue({ type: `${type}-delta`, id: open.id, delta: text });
        }
      };
      const close = () => {
        if (open) controller.enqueue({ type: `${open.type}-end`, id: open.id });
        open = undefined;
      };

      if (part.type === 'text-start') return;
      if (part.type === 'text-delta') return show(splitter.push(part.delta));
      if (part.type === 'text-end' || part.type === 'finish') {
        show(splitter.end());
        close();
      }
      if (part.type === 'tool-call') answered = true;
      if (part.type === 'finish') {
        learn(splitter);
        // Nothing said that the thinking ended, but the answer did: then it was no thinking.
        if (splitter.unclosed && !answered && part.finishReason.unified === 'stop' && thoughts) {
          show([{ type: 'text', text: thoughts }]);
          close();
        }
      }
      if (part.type !== 'text-end') controller.enqueue(part);
    },
  });
}

function join(pieces: Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.type === piece.type) last.text += piece.text;
    else joined.push({ ...piece });
  }
  return joined;
}
