import { expect, test } from 'vitest';
import { fill, hasUnknown, rootsOf, UNKNOWN } from '../../../src/guard/templates.ts';

const scope = {
  $trigger: { body: { keys: [1, 2], note: 'Hi', none: null, deep: { list: [{ x: 3 }] } }, headers: UNKNOWN },
};

test.each<[unknown, unknown]>([
  ['plain', 'plain'],
  ['{{ $trigger.body.keys }}', [1, 2]],
  ['{{$trigger.body.note}}', 'Hi'],
  ['{{ $trigger.body.deep.list[0].x }}', 3],
  ["{{ $trigger.body['note'] }}", 'Hi'],
  ['{{ $trigger.body.missing }}', ''],
  ['{{ $trigger.body.none }}', null],
  ['{{ $trigger.body.note.constructor }}', ''],
  ['Note: {{ $trigger.body.note }}!', 'Note: Hi!'],
  ['{"tags":{{ $trigger.body.keys }}}', '{"tags":[1,2]}'],
  [
    { a: ['{{ $trigger.body.note }}'], b: 1 },
    { a: ['Hi'], b: 1 },
  ],
  ['{{ $trigger.headers.x }}', UNKNOWN],
  ['{{ step }}', UNKNOWN],
  ['a {{ step.x }} b', UNKNOWN],
  ['{{ $last }}', UNKNOWN],
  [{ a: '{{ step }}' }, { a: UNKNOWN }],
])('%j is filled in as far as it is known', (given, filled) => {
  expect(fill(given, scope)).toEqual(filled);
});

test('what is not known is found at any depth', () => {
  expect(hasUnknown(fill({ a: [{ b: '{{ step }}' }] }, scope))).toBe(true);
  expect(hasUnknown(fill({ a: [{ b: '{{ $trigger.body.note }}' }] }, scope))).toBe(false);
});

test('the words that templates begin with are told', () => {
  expect(rootsOf({ a: '{{ one.x }} {{ $trigger.y }}', b: ['{{two["k"]}}', '{{ one }}'] })).toEqual([
    'one',
    '$trigger',
    'two',
  ]);
  expect(rootsOf('no {{ }} template { {x} }')).toEqual([]);
  expect(rootsOf(undefined)).toEqual([]);
});
