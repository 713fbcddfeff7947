import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { tools } from '../../src/tools/list.ts';
import { type AnyClient, v1 } from './fixtures/clients.ts';
import { bin, startOf } from './fixtures/start.ts';

/*
 * What V8 compiled of the server is kept for the next start. It is code: what is kept of another file, what is damaged and
 * what somebody else may have put there must not run.
 */

/** A copy of the built server that keeps what was compiled in a folder of its own. */
function copy() {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [program, cache] = [join(folder, 'program'), join(folder, 'cache')];
  mkdirSync(program);
  cpSync(dirname(bin), program, { recursive: true });
  writeFileSync(join(program, 'package.json'), JSON.stringify({ type: 'module' }));
  const start = startOf({ env: { NODE_COMPILE_CACHE: cache } });
  const kept = () =>
    readdirSync(cache, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('-mcp.cjs'))
      .map((name) => join(cache, name));
  return {
    program: join(program, 'mcp.cjs'),
    kept,
    start: () => v1({ ...start, args: [join(program, 'bin.js'), 'mcp'] }),
    /** The file with what was compiled, once it is there. */
    keeping: () =>
      vi.waitFor(() => {
        const [file] = kept();
        if (!file) throw new Error('Nothing is kept yet.');
        return file;
      }),
  };
}

const description = async (client: AnyClient) => JSON.stringify(await client.tools());

test('what was compiled is kept once, for the user alone, and the next start goes by it', async () => {
  const { start, keeping, kept } = copy();
  const first = await description(await start());
  const file = await keeping();
  const { mode, size, mtimeMs } = statSync(file);
  expect(mode & 0o077).toBe(0);
  expect(size).toBeGreaterThan(300_000);
  const client = await start();
  expect(await description(client)).toBe(first);
  // By then it would have been written anew.
  for (const began = performance.now(); performance.now() - began < 1000; )
    expect((await client.call('schema')).text).toContain('articles');
  expect(statSync(file).mtimeMs).toBe(mtimeMs);
  expect(kept()).toEqual([file]);
});

test('another program of the same length runs as it is written', async () => {
  const { start, keeping, program } = copy();
  await start();
  await keeping();
  const [before, after] = ['Call once, before anything else', 'Call twice, after anything here'];
  const source = readFileSync(program, 'utf8');
  expect(source).toContain(before);
  writeFileSync(program, source.replaceAll(before, after));
  expect(await description(await start())).toContain(after);
});

test.each([
  ['cut', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['flipped in the middle', (whole: Buffer) => whole.fill(0x5a, whole.length / 2, whole.length / 2 + 1000)],
])('what is kept and was damaged (%s) does not run, and is made again', async (_name, damage) => {
  const { start, keeping } = copy();
  await start();
  const file = await keeping();
  const damaged = damage(readFileSync(file));
  writeFileSync(file, damaged);
  expect(await (await start()).tools()).toHaveLength(tools.length);
  await vi.waitFor(() => expect(readFileSync(file).equals(damaged)).toBe(false));
});

test('what somebody else may have put there does not run', async ({ skip }) => {
  skip(process.getuid?.() !== 0, 'only root may give a file to somebody else');
  const { start, keeping } = copy();
  await start();
  const file = await keeping();
  chownSync(file, 65534, 65534);
  expect(await (await start()).tools()).toHaveLength(tools.length);
  await vi.waitFor(() => expect(statSync(file).uid).toBe(process.getuid?.()));
});

test('where nothing may be kept, it starts all the same', async () => {
  const start = startOf({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } });
  expect(await (await v1(start)).tools()).toHaveLength(tools.length);
});
