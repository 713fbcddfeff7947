import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTagSplitter } from '../../../src/host/providers/quirks/tags.ts';
import { ask } from './ask.ts';
import { openReplay } from './open.ts';

describe('A33 thinking between tags', () => {
  test.for([
    { quirk: 'Q9', stream: 'q09-think.sse', text: 'Hello.', reasoning: 'The person greets me.' },
    { quirk: 'Q10', stream: 'q10-split.sse', text: 'Hello.', reasoning: 'a < b' },
    { quirk: 'Q10', stream: 'q10-thought.sse', text: 'Hello.', reasoning: '\nhm\n' },
    {
      quirk: 'Q10',
      stream: 'q10-code.sse',
      text: 'Use `<think>` so:\n\n```xml\n<think>in a fence</think>\n```\nand ``a ` <think>`` too.',
      reasoning: 'plan',
    },
  ])('$quirk $stream', async ({ stream, text, reasoning }) => {
    for (const bytes of [undefined, 1]) {
      const { model } = await openReplay([{ body: stream, ...(bytes && { bytes }) }]);
      expect(await ask(model)).toMatchObject({ text, reasoning, errors: [] });
    }
  });

  test('Q10 a model that only closes the tag, as the settings say', async () => {
    const { model } = await openReplay(['q10-closing-only.sse'], { settings: { startsWithReasoning: true } });
    expect(await ask(model)).toMatchObject({ text: 'Hello.', reasoning: 'The person greets me.\n' });
  });

  test('Q10 and without a word in the settings, from the second answer on; the tag is never shown', async () => {
    const { model } = await openReplay(['q10-closing-only.sse']);
    expect((await ask(model)).text).toBe('The person greets me.\nHello.');
    expect(await ask(model)).toMatchObject({ text: 'Hello.', reasoning: 'The person greets me.\n' });
  });

  test('Q10 an answer without any thinking is not lost where thinking was awaited, nor the next one', async () => {
    const { model } = await openReplay(['q10-closing-only.sse', 'hello.sse', 'hello.sse']);
    await ask(model);
    expect((await ask(model)).text).toBe('Hello.');
    expect(await ask(model)).toMatchObject({ text: 'Hello.', reasoning: '' });
  });

  test('Q10 tags of the settings count, and only those', async () => {
    const { model } = await openReplay(['q10-thought.sse'], { settings: { reasoningTags: ['reason'] } });
    expect((await ask(model)).text).toContain('<thought>');
  });

  test('an answer without tags stays as it is, to the letter', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'a<>/`~\n th') })), (pieces) => {
        const splitter = createTagSplitter(['think'], false);
        const said = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
        expect(said.map(({ text }) => text).join('')).toBe(
          pieces.join('').trim() === '' ? '' : pieces.join(''),
        );
        expect(said.every(({ type }) => type === 'text')).toBe(true);
      }),
    );
  });

  test('where a stream is cut into deltas makes no difference', () => {
    const whole =
      'Hi\n<think>so `x`\n</think>\n\nuse `<think>`\n~~~\n</think>\n~~~\nbye <b> </think> <think>again</think>x';
    const split = (pieces: string[]) => {
      const splitter = createTagSplitter(['think'], false);
      const said = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
      const of = (type: string) => said.filter((piece) => piece.type === type).map(({ text }) => text);
      return { text: of('text').join(''), reasoning: of('reasoning').join('') };
    };
    const right = split([whole]);
    expect(right).toEqual({
      text: 'Hi\nuse `<think>`\n~~~\n</think>\n~~~\nbye <b> x',
      reasoning: 'so `x`\nagain',
    });
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        expect(split(at.slice(1).map((end, index) => whole.slice(at[index], end)))).toEqual(right);
      }),
    );
  });
});
