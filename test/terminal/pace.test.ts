import { expect, test } from 'vitest';
import { createBreather, createPace } from '../../src/terminal/session/pace.ts';
import { until } from './fixtures/screen.ts';

test('the first piece comes at once, what follows together, and nothing is lost', async () => {
  const drawn: string[] = [];
  const pace = createPace((text) => drawn.push(text));
  for (let piece = 0; piece < 1000; piece++) pace.add(`${piece} `);
  expect(drawn).toEqual(['0 ']);
  expect(pace.waits()).toBe(true);
  const all = Array.from({ length: 1000 }, (_, piece) => `${piece} `).join('');
  await until(() => expect(drawn.join('')).toBe(all));
  expect(drawn).toHaveLength(2);
  pace.add('a');
  pace.add('b');
  pace.flush();
  expect(drawn.join('')).toBe(`${all}ab`);
  expect(pace.waits()).toBe(false);
});

test('whoever reads what is there already gives way to others', async () => {
  const breathe = createBreather();
  let others = 0;
  const timer = setInterval(() => {
    others += 1;
  }, 1);
  const since = performance.now();
  // One that never gives way ends after a while, and not the test with it.
  while (others < 3 && performance.now() - since < 5000) await breathe();
  clearInterval(timer);
  expect(others).toBeGreaterThan(2);
});
