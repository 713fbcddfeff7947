import { expect, test } from 'vitest';
import { isCron } from '../../../src/guard/cron.ts';

test.each([
  '* * * * *',
  '0 8 * * 1-5',
  '*/15 * * * * *',
  '0 0 1,15 jan,jul mon',
  '@daily',
  '59 23 31 12 7',
  '5/10 * * * *',
  ' 0 8 * * * ',
])('%s is a schedule', (text) => expect(isCron(text)).toBe(true));

test.each<unknown>([
  ...[
    '',
    'banana',
    '@banana',
    'daily',
    '* * *',
    '* * * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
  ],
  ...[
    '* * * * 8',
    '*/0 * * * *',
    '5-1 * * * *',
    '1, * * * *',
    '1-2-3 * * * *',
    '* * * foo *',
    5,
    null,
    undefined,
    ['* * * * *'],
  ],
])('%s is none', (text) => expect(isCron(text)).toBe(false));
