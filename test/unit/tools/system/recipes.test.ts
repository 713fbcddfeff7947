import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { OPERATORS } from '../../../../src/directus/filter.ts';
import { estimateTokens } from '../../../../src/result/tokens.ts';
import { definitionTokens } from '../../../../src/server/cost.ts';
import { toWire } from '../../../../src/server/wire.ts';
import { KINDS as ACCESS } from '../../../../src/tools/access/kinds.ts';
import { KINDS as STEPS } from '../../../../src/tools/automation/step-types.ts';
import { PANELS } from '../../../../src/tools/insights/panel-types.ts';
import { KINDS as RELATIONS } from '../../../../src/tools/model/entries.ts';
import { schema } from '../../../../src/tools/model/schema.ts';
import { recipeOn, topics } from '../../../../src/tools/system/recipes/index.ts';
import { DEFAULT_PROMPT, systemPrompt } from '../../../../src/tools/system/system-prompt.ts';

describe.each(topics)('the recipe on %s', (topic) => {
  const text = recipeOn(topic) ?? '';

  test('costs less than 900 tokens, by our estimate and in truth', () => {
    expect(countTokens(text)).toBeLessThan(900);
    expect(estimateTokens(text)).toBeLessThan(900);
  });

  test('its calls are lines of JSON', () => {
    const lines = text.split('\n').filter((line) => line.startsWith('> '));
    for (const line of lines) {
      const [, args = ''] = /^> [a-z-]+ (\{.*\})$/.exec(line) ?? [];
      expect([line, JSON.stringify(JSON.parse(args))]).toEqual([line, args]);
    }
  });
});

test('the recipe on filters names every operator there is, and no other', () => {
  const named = new Set(recipeOn('filters')?.match(/(?<![\w$])_[a-z_]+/g));
  // Where a filter takes it, it is no operator of a query.
  for (const other of ['_and', '_or', '_some', '_none', '_regex']) named.delete(other);
  expect([...named].sort()).toEqual(Object.keys(OPERATORS).sort());
});

test.each([
  ['flows', Object.keys(STEPS)],
  ['dashboards', Object.keys(PANELS)],
  ['relations', [...RELATIONS]],
  ['access', [...ACCESS]],
])('the recipe on %s leaves out none of its kinds', (topic, kinds) => {
  const words = new Set(recipeOn(topic)?.match(/[a-z0-9-]+/g));
  expect(kinds.filter((kind) => !words.has(kind))).toEqual([]);
});

test('the default prompt costs at most 450 tokens with its topics', () => {
  expect(countTokens(`${DEFAULT_PROMPT} ${topics.join(', ')}`)).toBeLessThanOrEqual(450);
});

test('the definitions stay small', () => {
  expect(definitionTokens(toWire(schema, ['']))).toBeLessThanOrEqual(115);
  expect(definitionTokens(toWire(systemPrompt, ['']))).toBeLessThanOrEqual(70);
});
