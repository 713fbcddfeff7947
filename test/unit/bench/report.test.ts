import { expect, test } from 'vitest';
import { glance } from '../../../bench/report.ts';

const machine = {
  cpu: 'A CPU',
  cores: 2,
  memory: '8 GB',
  system: 'linux x64',
  node: 'v22.1.0',
  load: { before: 0.1, after: 0.2 },
};

test('the table at a glance: contestants side by side, gaps where one has no such thing, and what is missed', () => {
  const part = glance({
    date: '2026-11-23T10:00:00.000Z',
    directus: '11.17.4',
    machine,
    figures: [
      {
        what: 'reads',
        value: 1.2,
        unit: 'times',
        atMost: 1.1,
        compare: { what: 'a read', unit: 'ms', ours: 3, own: 4, rest: 2.5 },
      },
      {
        what: 'tasks',
        value: 0.107,
        unit: 'times',
        atMost: 1 / 9,
        compare: { what: 'tasks', unit: 'tokens', ours: 200_000, own: 1_884_000 },
      },
      { what: 'throughput', value: 0.97, unit: 'times', atLeast: 0.95 },
      { what: 'no bound', value: 5, unit: 'ms' },
    ],
  });
  const lines = part.split('\n');
  expect(lines[2]).toBe('| a read | 3 ms | 4 ms | 2.5 ms |');
  expect(lines[3]).toBe('| tasks | 200,000 tokens | 1,884,000 tokens |  |');
  expect(part).toContain('2 of 3 targets are met. Missed: reads (1.20 times, at most 1.10 times: missed).');
  expect(part).toContain('2026-11-23, Directus 11.17.4');
});

test('a bound is shown finely enough to see that it is met', () => {
  const part = glance({
    date: '2026-11-23T10:00:00.000Z',
    directus: '11.17.4',
    machine,
    figures: [{ what: 'tasks', value: 0.2, unit: 'times', atMost: 1 / 9 }],
  });
  expect(part).toContain('0 of 1 targets are met. Missed: tasks (0.20 times, at most 0.111 times: missed).');
});
