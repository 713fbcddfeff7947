import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { codeOf } from '../../settings/error-code.ts';
import type { Spent } from './meter.ts';
import { usageShape } from './usage.ts';

/**
 * What all requests used, across conversations and processes. It only grows, and stays when conversations are removed:
 * the money is spent. All throw the error of the file system.
 */
export type Ledger = {
  record(spent: Spent): Promise<void>;
  /** Requests that ended at `since` or later, or all of them; in no order. */
  entries(since?: Date): Promise<Spent[]>;
  /** Gives a function that returns what was written since it was called last: all of it, the first time. */
  follow(): () => Promise<Spent[]>;
};

const spent = z.object({
  at: z.iso.datetime(),
  conversation: z.string(),
  provider: z.string(),
  model: z.string(),
  user: z.string().exactOptional(),
  ...usageShape,
});

const FILE = /^usage-(\d{4}-\d{2})\.jsonl$/;

/**
 * A ledger of one file a month, by UTC, to which any number of processes write.
 * @param folder see `dataFolder`
 */
export function openLedger({ folder }: { folder: string }): Ledger {
  /** @param seen bytes of each file that are known already; it is brought up to date when all could be read */
  async function read(seen: Map<string, number>, since?: Date): Promise<Spent[]> {
    const from = since?.toISOString() ?? '';
    const entries: Spent[] = [];
    const ends = new Map<string, number>();
    for (const name of (await names(folder)).sort()) {
      const month = FILE.exec(name)?.[1];
      if (month === undefined || month < from.slice(0, 7)) continue;
      const { lines, end } = await readFrom(join(folder, name), seen.get(name) ?? 0);
      ends.set(name, end);
      entries.push(...lines.flatMap((line) => parse(line) ?? []));
    }
    for (const [name, end] of ends) seen.set(name, end);
    return entries.filter(({ at }) => at >= from);
  }

  return {
    async record(entry) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const handle = await open(join(folder, `usage-${entry.at.slice(0, 7)}.jsonl`), 'a', 0o600);
      try {
        // The newline in front ends what another process may have left half written when it was killed.
        await handle.appendFile(`\n${JSON.stringify(entry)}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
    },
    entries: (since) => read(new Map(), since),
    follow() {
      const seen = new Map<string, number>();
      return () => read(seen);
    },
  };
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The whole lines of a file after its first `start` bytes. */
async function readFrom(file: string, start: number): Promise<{ lines: string[]; end: number }> {
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(Math.max(0, (await handle.stat()).size - start));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    const length = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    return { lines: bytes.toString('utf8', 0, length).split('\n'), end: start + length };
  } finally {
    await handle.close();
  }
}

/** What is no entry is what a process left that was killed while it wrote. */
function parse(line: string): Spent | undefined {
  if (line === '') return undefined;
  try {
    return spent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
