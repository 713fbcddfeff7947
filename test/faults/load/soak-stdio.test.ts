import { expect, onTestFinished, test } from 'vitest';
import { openPipe } from '../pipe.ts';
import { longUpdate, ownRows, someCall, someRead } from './mix.ts';
import { probe } from './probe.ts';
import { soak, TIMEOUT_MS } from './soak.ts';

/** Calls under way at once in one process. */
const CLIENTS = 6;

test('a server over stdio that has worked for long holds no more than one that has just warmed up', {
  timeout: TIMEOUT_MS,
}, async () => {
  const own = await ownRows();
  const look = probe();
  const pipe = await openPipe({ allowDeletes: true, limits: { changeRows: 1000 } }, undefined, look);
  onTestFinished(() => void pipe.process.kill('SIGKILL'));

  async function round(chance: number, nth: number): Promise<void> {
    if (nth % 400 === 0) {
      const { tool, args } = longUpdate(own, nth);
      const { answer, told } = await pipe.callWithProgress(tool, args);
      expect(answer.isError, answer.text).toBe(false);
      expect(told).toBeGreaterThan(0);
    } else if (nth % 12 === 0) {
      const { tool, args } = someRead(nth / 12);
      pipe.callAndCancel(tool, args);
    } else await someCall(pipe.call, own, chance, nth);
  }

  await soak('mcp', CLIENTS, round, () => look.read(pipe.process.pid ?? 0));
  expect(pipe.process.exitCode).toBe(null);
  expect(pipe.stderr()).toBe('');
  await pipe.close();
});
