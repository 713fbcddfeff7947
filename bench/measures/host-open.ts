import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openConversations } from '../../src/host/conversations/file-store.ts';
import { writeLong } from '../conversation/long.ts';
import type { Measure } from '../figure.ts';
import { TYPESCRIPT } from '../process.ts';
import { median } from '../statistics.ts';

const MESSAGES = 1000;
const SCRIPT = fileURLToPath(new URL('../host/open.ts', import.meta.url));

/** A long conversation, opened by a process that has just been started, as `chat --continue` is. */
export const hostOpen: Measure = {
  name: 'host-open',
  about: `opening a conversation of ${MESSAGES} messages`,
  async run({ spawns, say }) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-host-'));
    try {
      say(`writing a conversation of ${MESSAGES} messages`);
      const id = await writeLong(openConversations({ folder }), MESSAGES);
      const samples: number[] = [];
      for (let round = 0; round < spawns; round++) samples.push(await open(folder, id));
      return [
        {
          what: `open a conversation of ${MESSAGES} messages in a fresh process`,
          value: median(samples),
          unit: 'ms',
          atMost: 300,
          detail: { 'minimum ms': Math.min(...samples), 'maximum ms': Math.max(...samples) },
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function open(folder: string, id: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [...TYPESCRIPT, SCRIPT, folder, id]);
  const { ms, messages }: { ms: number; messages: number } = JSON.parse(stdout);
  if (messages !== MESSAGES) throw new Error(`${messages} of ${MESSAGES} messages were opened.`);
  return ms;
}
