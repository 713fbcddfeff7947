import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ModelMessage } from 'ai';
import { openConversations } from '../../src/host/conversations/file-store.ts';
import type { Measure } from '../figure.ts';
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
      const id = await write(folder);
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

async function write(folder: string): Promise<string> {
  const conversation = await openConversations({ folder }).create();
  const { write: note } = conversation.journal;
  for (let turn = 0; turn < MESSAGES / 4; turn++) {
    const at = new Date().toISOString();
    await note({ type: 'said', at, messages: messagesOf(turn) });
  }
  await conversation.close();
  return conversation.id;
}

/** A question, a call, its result of about a thousand characters, and the answer. */
function messagesOf(turn: number): ModelMessage[] {
  const call = { toolCallId: `call${String(turn).padStart(5, '0')}`, toolName: 'items' };
  const input = {
    action: 'read',
    collection: 'articles',
    keys: [turn],
    query: { fields: ['id', 'title', 'body'] },
  };
  const value = `<data-00ff00ff>\n[{"id":${turn},"title":"Story ${turn}","body":"${'Words of a story. '.repeat(55)}"}]\n</data-00ff00ff>`;
  return [
    { role: 'user', content: `What does article ${turn} say about the harbour, and who wrote it?` },
    { role: 'assistant', content: [{ type: 'tool-call', ...call, input }] },
    { role: 'tool', content: [{ type: 'tool-result', ...call, output: { type: 'text', value } }] },
    {
      role: 'assistant',
      content: `Article ${turn} says little about the harbour. ${'It goes on. '.repeat(20)}`,
    },
  ];
}

async function open(folder: string, id: string): Promise<number> {
  const flags = ['--experimental-strip-types', '--no-warnings'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, SCRIPT, folder, id]);
  const { ms, messages }: { ms: number; messages: number } = JSON.parse(stdout);
  if (messages !== MESSAGES) throw new Error(`${messages} of ${MESSAGES} messages were opened.`);
  return ms;
}
