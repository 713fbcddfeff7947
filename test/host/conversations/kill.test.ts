import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConversations } from '../../../src/host/conversations/file-store.ts';
import { newId } from '../../../src/host/conversations/ids.ts';
import { answer, said, tempFolder, user } from './fixtures/entries.ts';
import { contentOf, type Kind, sizeOf } from './fixtures/written.ts';

const source = fileURLToPath(new URL('fixtures/writer.ts', import.meta.url));
const built = mkdtempSync(join(tmpdir(), 'writer-'));

// A hundred processes start four times as fast from one file.
beforeAll(() =>
  build({
    config: false,
    entry: [source],
    outDir: built,
    platform: 'node',
    dts: false,
    logLevel: 'warn',
    deps: { alwaysBundle: [/./] },
  }),
);
afterAll(() => rmSync(built, { recursive: true }));

/** Numbers from 0 to 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lets a process write until it has acknowledged `count` entries, and kills it in the middle of the next. */
async function writeAndKill(folder: string, id: string, first: number, kind: Kind, count: number) {
  const child = spawn(process.execPath, [join(built, 'writer.mjs'), folder, id, String(first), kind], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<NodeJS.Signals | null>((done) =>
    child.once('close', (_code, signal) => done(signal)),
  );
  const acknowledged: number[] = [];
  let used = id;
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint += data;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, value = ''] = line.split(' ');
    if (word === 'id') used = value;
    else acknowledged.push(Number(value));
    if (acknowledged.length >= count) child.kill('SIGKILL');
  });
  const signal = await exited;
  expect(complaint).toBe('');
  expect(signal).toBe('SIGKILL');
  return { id: used, acknowledged };
}

/** Opens a conversation and checks that it holds what a writer wrote, whole and in order. @returns how many */
async function check(folder: string, id: string, kind: Kind): Promise<number> {
  const conversation = await openConversations({ folder }).open(id);
  try {
    expect(conversation.warnings).toEqual([]);
    for (const [number, { content }] of conversation.recorded.messages.entries()) {
      const expected = contentOf(number, sizeOf(kind, number));
      if (kind !== 'attachment') {
        if (content !== `${number} ${expected}`) expect(content).toBe(`${number} ${expected}`);
        continue;
      }
      const hash = createHash('sha256').update(expected).digest('hex');
      expect(content).toBe(`${number} attachment:${hash}`);
      expect(Buffer.from(await conversation.attachments.get(hash)).toString()).toBe(expected);
    }
    return conversation.recorded.messages.length;
  } finally {
    await conversation.close();
  }
}

describe('a process that is killed while it writes', () => {
  const conversations = Array.from({ length: 10 }, (_, index) => ({
    seed: index,
    kind: (['small', 'small', 'large', 'small', 'attachment'] as const)[index % 5] ?? 'small',
  }));

  test.concurrent.for(conversations)(
    'ten times leaves all that it acknowledged ($kind, seed $seed)',
    { timeout: 90_000 },
    async ({ seed, kind }, { onTestFinished }) => {
      const folder = tempFolder(onTestFinished);
      const random = randomFrom(seed);
      let id = '';
      let there = 0;
      for (let life = 0; life < 10; life++) {
        // Megabytes that add up take their time to check: each of those lives begins anew.
        if (kind === 'large') [id, there] = ['', 0];
        const count = 1 + Math.floor(random() * (kind === 'small' ? 10 : 2));
        const killed = await writeAndKill(folder, id, there, kind, count);
        id = killed.id;
        const now = await check(folder, id, kind);
        expect(now).toBeGreaterThan(Math.max(...killed.acknowledged));
        expect(now).toBeGreaterThanOrEqual(there + count);
        there = now;
      }
    },
  );
});

test('a journal that ends at any byte of its last lines opens with all whole lines, and goes on', async () => {
  const folder = tempFolder();
  const store = openConversations({ folder });
  const { id, journal, close } = await store.create();
  for (const content of ['0 „ä🙂“', '1 „ä🙂“', '2 „ä🙂“']) await journal.write(said(user(content)));
  await close();
  const bytes = readFileSync(join(folder, 'conversations', id, 'journal.jsonl'));
  const lines = bytes.toString().split('\n').slice(0, -1);
  const start = Buffer.byteLength(`${lines[0]}\n`);

  async function endingAt(end: number): Promise<void> {
    const copy = newId();
    const file = join(folder, 'conversations', copy, 'journal.jsonl');
    mkdirSync(join(folder, 'conversations', copy));
    writeFileSync(file, bytes.subarray(0, end));
    const complete = bytes.subarray(0, end).toString().split('\n').length - 1;

    const conversation = await store.open(copy);
    expect(conversation.warnings).toEqual([]);
    expect(conversation.recorded.messages).toHaveLength(complete);
    await conversation.journal.write(said(answer('Ja')));
    await conversation.close();
    const kept = readFileSync(file, 'utf8').split('\n');
    expect(kept.slice(0, complete)).toEqual(lines.slice(0, complete));
    expect(kept).toHaveLength(complete + 2);
    expect((await store.open(copy)).recorded.messages.at(-1)).toEqual(answer('Ja'));
  }

  const ends = Array.from({ length: bytes.length - start + 1 }, (_, index) => start + index);
  await Promise.all(ends.map(endingAt));
});
