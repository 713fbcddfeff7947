import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { FULL } from '../length.ts';
import { randomFrom } from '../random.ts';

const source = fileURLToPath(new URL('../fixtures/settings-writer.ts', import.meta.url));
const KILLS = FULL ? 100 : 8;
const WRITES = 40;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  file = join(folder, 'directus-assistant.json');
  writeFileSync(file, JSON.stringify({ readOnly: true, tools: { exclude: [] } }));
});

type Writer = { child: ChildProcess; acknowledged: string[]; complaint(): string; ended: Promise<unknown> };

function startWriter(name: string, count?: number): Writer {
  const options = ['--disable-warning=ExperimentalWarning', '--experimental-strip-types'];
  const words = [...options, source, file, name, ...(count === undefined ? [] : [String(count)])];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const acknowledged: string[] = [];
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => acknowledged.push(`${name}-${line}`));
  return { child, acknowledged, complaint: () => complaint, ended: once(child, 'close') };
}

const settings = () =>
  JSON.parse(readFileSync(file, 'utf8')) as { readOnly: boolean; tools: { exclude: string[] } };

test('two that write to one settings file at the same time lose nothing', async () => {
  const writers = [startWriter('a', WRITES), startWriter('b', WRITES)];
  await Promise.all(writers.map(({ ended }) => ended));
  for (const { complaint } of writers) expect(complaint()).toBe('');
  const all = writers.flatMap(({ acknowledged }) => acknowledged);
  expect(all).toHaveLength(2 * WRITES);
  expect(settings().tools.exclude.toSorted()).toEqual(all.toSorted());
  expect(readdirSync(folder)).toEqual(['directus-assistant.json']);
}, 60_000);

test(
  `one that is killed while it writes, ${KILLS} times: the file is whole, and the next goes on`,
  async () => {
    const random = randomFrom(7);
    const all: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startWriter(`w${kill}`);
      await once(writer.child.stdout ?? writer.child, 'data');
      await wait(random() * 30);
      writer.child.kill('SIGKILL');
      await writer.ended;
      expect(writer.complaint()).toBe('');
      expect(writer.acknowledged.length).toBeGreaterThan(0);
      all.push(...writer.acknowledged);
      const { readOnly, tools } = settings();
      expect(readOnly).toBe(true);
      expect(tools.exclude).toEqual(expect.arrayContaining(all));
    }
  },
  FULL ? 900_000 : 120_000,
);

test('what a killed writer held is not held for ever, and what it was writing is not kept', async () => {
  writeFileSync(`${file}.lock`, '');
  // Keys may be in it.
  writeFileSync(`${file}.4711.tmp`, '{"ai":');
  const before = new Date(Date.now() - 60_000);
  utimesSync(`${file}.lock`, before, before);
  const { ended, acknowledged, complaint } = startWriter('late', 1);
  await ended;
  expect(complaint()).toBe('');
  expect(settings().tools.exclude).toEqual(acknowledged);
  expect(readdirSync(folder)).toEqual(['directus-assistant.json']);
});
