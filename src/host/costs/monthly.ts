import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import { codeOf } from '../../settings/error-code.ts';

/** Entries in files of one a month, by UTC, to which any number of processes write. All throw the error of the file system. */
export type Monthly<T> = {
  append(entries: readonly T[]): Promise<void>;
  /** Entries of `since` or later, or all of them; in no order. */
  read(since?: Date): Promise<T[]>;
  /** Gives a function that returns what was written since it was called last: all of it, the first time. */
  follow(): () => Promise<T[]>;
};

/** @param name of the files: `NAME-2026-11.jsonl` */
export function monthlyFiles<T extends { at: string }>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
): Monthly<T> {
  const pattern = new RegExp(`^${name}-(\\d{4}-\\d{2})\\.jsonl$`);

  /** @param seen bytes of each file that are known already; it is brought up to date when all could be read */
  async function read(seen: Map<string, number>, since?: Date): Promise<T[]> {
    const from = since?.toISOString() ?? '';
    const entries: T[] = [];
    const ends = new Map<string, number>();
    for (const file of (await names(folder)).sort()) {
      const month = pattern.exec(file)?.[1];
      if (month === undefined || month < from.slice(0, 7)) continue;
      const { lines, end } = await readFrom(join(folder, file), seen.get(file) ?? 0);
      ends.set(file, end);
      entries.push(...lines.flatMap((line) => parse(line, schema) ?? []));
    }
    for (const [file, end] of ends) seen.set(file, end);
    return entries.filter(({ at }) => at >= from);
  }

  return {
    async append(entries) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const [month, some] of Map.groupBy(entries, ({ at }) => at.slice(0, 7)))
        await write(join(folder, `${name}-${month}.jsonl`), some);
    },
    read: (since) => read(new Map(), since),
    follow() {
      const seen = new Map<string, number>();
      return () => read(seen);
    },
  };
}

async function write(file: string, entries: readonly unknown[]): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    // The newline in front ends what another process may have left half written when it was killed.
    await handle.appendFile(`\n${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
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
function parse<T>(line: string, schema: z.ZodType<T>): T | undefined {
  if (line === '') return undefined;
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
