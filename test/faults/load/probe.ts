import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import * as z from 'zod';

const preload = new URL('../fixtures/heap-probe.ts', import.meta.url).href;

const reading = z.object({
  readings: z.number(),
  heap: z.number(),
  /** What of the heap is compiled code, and what V8 keeps with it. */
  code: z.number(),
  buffers: z.number(),
  /** Handles and requests under way, by kind. */
  counts: z.record(z.string(), z.number()),
});

/** What a process holds after all that nobody holds was freed. */
export type Figures = Omit<z.infer<typeof reading>, 'readings'> & {
  /** Open files and sockets, and processes that it has started; 0 where the system does not tell. */
  files: number;
  children: number;
};

/** Looks into a process. */
export type Probe = {
  /** How a program is started so that it can be looked into. */
  node: string[];
  env: Record<string, string>;
  read(pid: number): Promise<Figures>;
};

export function probe(): Probe {
  const folder = mkdtempSync(join(tmpdir(), 'probe-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'figures');
  const { HEAP_SNAPSHOTS } = process.env;
  let before = 0;
  return {
    node: [
      '--disable-warning=ExperimentalWarning',
      '--experimental-strip-types',
      '--expose-gc',
      '--import',
      preload,
    ],
    env: { PROBE_FILE: file, ...(HEAP_SNAPSHOTS && { HEAP_SNAPSHOTS }) },
    async read(pid) {
      process.kill(pid, 'SIGUSR2');
      const { readings, ...figures } = await vi.waitFor(
        () => {
          const found = reading.parse(JSON.parse(readFileSync(file, 'utf8')));
          expect(found.readings).toBe(before + 1);
          return found;
        },
        { timeout: 60_000, interval: 20 },
      );
      before = readings;
      return { ...figures, files: filesOf(pid), children: childrenOf(pid) };
    },
  };
}

function filesOf(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return readdirSync(`/proc/${pid}/fd`).length;
}

function childrenOf(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).length;
}
