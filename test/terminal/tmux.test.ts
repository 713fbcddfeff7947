import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LLMock } from '@copilotkit/aimock';
import { expect, onTestFinished, test, vi } from 'vitest';
import { articlesServer } from './fixtures/chat.ts';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const usage = { prompt_tokens: 321, completion_tokens: 45, total_tokens: 366 };
const noTmux = 'tmux is not installed here';
const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** The built chat in a pane of tmux, with settings of its own. */
async function openPane(columns: number, rows: number, latency = 0) {
  if (!existsSync(bin)) throw new Error('There is no dist/bin.js: run `npm run build` first.');
  const mock = new LLMock({ port: 0, latency, chunkSize: 10 });
  await mock.start();
  onTestFinished(() => mock.stop());
  const folder = mkdtempSync(join(tmpdir(), 'pane-'));
  const config = join(folder, 'settings.json');
  writeFileSync(config, '{}');
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-S', join(folder, 'socket'), ...args], { encoding: 'utf8' });
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-x',
    String(columns),
    '-y',
    String(rows),
    "env PS1='ready> ' bash --norc",
  );
  onTestFinished(() => {
    tmux('kill-server');
    rmSync(folder, { recursive: true, force: true });
  });
  const text = (...how: string[]) => tmux('capture-pane', '-p', ...how);
  return {
    mock,
    config,
    folder,
    tmux,
    text,
    keys: (...keys: string[]) => tmux('send-keys', ...keys),
    see: (wanted: string) =>
      vi.waitFor(
        () => {
          if (!text().includes(wanted)) throw new Error(`"${wanted}" is not in the pane:\n${text()}`);
        },
        { timeout: 20_000, interval: 50 },
      ),
    // What is kept is kept here, and not where the person who runs the tests keeps it.
    start: `cd ${folder}; clear; XDG_DATA_HOME=${folder}/data ${process.execPath} ${bin} chat --config ${config} --base-url ${mock.url}/v1 --model tester`,
  };
}

/** The processes of this machine that run a command of ours and name `path`: id and command line, and of no other. */
const processesOf = (path: string, command = 'mcp') =>
  spawnSync('pgrep', ['-af', `bin\\.js ${command} .*${path}`], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes('bin.js'));

test('Ctrl+C leaves a clean terminal and no server behind', async ({ skip }) => {
  skip(!hasTmux, noTmux);
  const { keys, see, start, text, tmux, config } = await openPane(80, 24);
  keys(start, 'Enter');
  await see('/help shows');
  expect(processesOf(config)).toHaveLength(1);
  keys('half a line', 'C-c');
  await vi.waitFor(() => expect(processesOf(config)).toHaveLength(0), 10_000);
  await see('ready>');
  keys('echo "left with $?"; stty -a', 'Enter');
  await see('left with 0');
  await see('icanon');
  expect(text()).toMatch(/[^-]icanon/);
  expect(text()).toMatch(/[^-]echo /);
  expect(tmux('display', '-p', '#{cursor_flag}').trim()).toBe('1');
  expect(text()).not.toContain('half a line');
});

test('an answer taller than the screen is in the scrollback once, in order', async ({ skip }) => {
  skip(!hasTmux, noTmux);
  const { keys, see, start, text, mock } = await openPane(60, 16);
  const lines = Array.from({ length: 60 }, (_, index) => `code line ${index}`);
  mock.on(
    { userMessage: 'long' },
    { content: `Before.\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n\nAfter.`, usage },
  );
  keys(start, 'Enter');
  await see('/help');
  keys('long', 'Enter');
  await see('321 tokens in');
  const found = text('-S', '-')
    .split('\n')
    .flatMap((line) => /code line \d+|Before|After/.exec(line)?.[0] ?? []);
  expect(found).toEqual(['Before', ...lines, 'After']);
});

test('without a terminal for the answer it says what to do', async ({ skip }) => {
  skip(!hasTmux, noTmux);
  const { keys, see, start } = await openPane(80, 24);
  keys(`${start} | cat; echo "left with \${PIPESTATUS[0]}"`, 'Enter');
  await see('left with 2');
  await see('-p TEXT');
});

test('Ctrl+C leaves in the middle of an answer too', async ({ skip }) => {
  skip(!hasTmux, noTmux);
  const { keys, see, start, mock, config } = await openPane(80, 24, 50);
  mock.on({ userMessage: 'long' }, { content: 'word '.repeat(2000), usage });
  keys(start, 'Enter');
  await see('/help');
  keys('long', 'Enter');
  await see('word word');
  keys('C-c');
  await see('ready>');
  await vi.waitFor(() => expect(processesOf(config)).toHaveLength(0), 10_000);
});

test('without a model it offers what there is, and says how to set one up', async ({ skip }) => {
  skip(!hasTmux, noTmux);
  const { keys, see, folder } = await openPane(80, 30);
  const clean = `env -i PATH="$PATH" TERM="$TERM" HOME=${folder}`;
  keys(`cd ${folder}; clear; ${clean} ${process.execPath} ${bin} chat; echo "left with $?"`, 'Enter');
  await see('No model is set up. Use');
  await see('The demo');
  keys('Escape');
  await see('left with 2');
  await see('--base-url http://localhost:11434/v1');
});

test('A15 what was going on when the chat was killed is taken up again: answers and waiting calls', async ({
  skip,
}) => {
  skip(!hasTmux, noTmux);
  const { keys, see, start, folder, mock, config } = await openPane(90, 30, 50);
  const log = join(folder, 'log');
  const articles = articlesServer({ ARTICLES_LOG: log });
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: { articles } }));
  const chat = `${start} --mcp-config ${folder}/mcp.json`;
  const kill = async () => {
    const [line = ''] = processesOf(config, 'chat');
    process.kill(Number.parseInt(line, 10), 'SIGKILL');
    await see('Killed');
    await vi.waitFor(() => expect(processesOf(config)).toHaveLength(0), 10_000);
  };
  const deletes = ['1', '2'].map((key) => ({
    id: `d${key}`,
    name: 'articles__items',
    arguments: { action: 'delete', keys: [key] },
  }));
  mock.on({ userMessage: 'tidy', hasToolResult: true }, { content: 'Tidied.', usage });
  mock.on({ userMessage: 'tidy' }, { toolCalls: deletes, usage });
  mock.on({ userMessage: 'tell', sequenceIndex: 0 }, { content: 'word '.repeat(2000), usage });
  mock.on({ userMessage: 'tell' }, { content: 'All of it.', usage });

  keys(chat, 'Enter');
  await see('/help shows');
  keys('tell me', 'Enter');
  await see('word word');
  await vi.waitFor(() => expect(journalIn(folder)).toContain('"heard"'), 10_000);
  await kill();
  keys(`${chat} --continue`, 'Enter');
  await see('This was cut off before the answer was finished.');
  keys('/continue', 'Enter');
  await see('321 tokens in');
  keys('tidy up', 'Enter');
  await see('Run these 2 calls?');
  await kill();
  keys(`${chat} --continue`, 'Enter');
  await see('Run these 2 calls?');
  await see('delete "Night trains return"');
  keys('y');
  await see('Tidied.');
  expect(readFileSync(log, 'utf8')).toBe('delete 1\ndelete 2\n');
}, 90_000);

/** What was written down of all conversations kept below a folder. */
const journalIn = (folder: string) =>
  globSync(join(folder, 'data/directus-assistant/conversations/*/*.jsonl'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('');
