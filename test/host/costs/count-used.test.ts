import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { countsOf } from '../../../src/host/costs/count-used.ts';
import { openLedger } from '../../../src/host/costs/ledger.ts';

test('of what was waited for nothing is held, however much is written down', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'counts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { written } = countsOf(openLedger({ folder }));
  void written(Promise.resolve('a record'));
  expect(await written(Promise.reject(new Error('The disk is full.')))).toBe(undefined);
  expect(await written()).toBe(undefined);
});
