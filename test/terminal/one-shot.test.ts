import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChatOptions } from '../../src/cli/chat.ts';
import { mockModels, secretKey } from '../host/fixtures/setup.ts';

const script = fileURLToPath(new URL('fixtures/one-shot.ts', import.meta.url));
const usage = { prompt_tokens: 321, completion_tokens: 45, total_tokens: 366 };
const readNotes = { id: 'c1', name: 'notes', arguments: { action: 'read' } };
const changeNote = { id: 'c2', name: 'notes', arguments: { action: 'update', id: '1', text: 'new' } };

/** An empty folder, so that no settings but those of the test are found. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'one-shot-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function start(options: ChatOptions, env: Record<string, string> = {}, cwd = folder()): ChildProcess {
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-strip-types',
    script,
    JSON.stringify(options),
  ];
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, XDG_CONFIG_HOME: cwd, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

type Ended = { code: number | null; out: string; err: string };

async function ended(child: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

/** Runs to the end with `input` on stdin. */
function chat(options: ChatOptions, { input = '', env = {}, cwd = folder() } = {}): Promise<Ended> {
  const child = start(options, env, cwd);
  child.stdin?.end(input);
  return ended(child);
}

async function models() {
  const mock = await mockModels();
  mock.on(
    { userMessage: 'notes?', hasToolResult: false },
    { content: 'Let me see.', toolCalls: [readNotes], usage },
  );
  mock.on({ userMessage: 'notes?', hasToolResult: true }, { content: 'There is **one** note.', usage });
  mock.on({ userMessage: 'change', hasToolResult: false }, { toolCalls: [changeNote], usage });
  mock.on({ userMessage: 'change', hasToolResult: true }, { content: 'So be it.', usage });
  mock.on(
    { userMessage: 'broken' },
    { error: { message: 'bad key', type: 'invalid_request_error' }, status: 401 },
  );
  return { mock, quick: { baseUrl: `${mock.url}/v1`, model: 'tester' } };
}

describe('chat -p', () => {
  test('prints the answer alone on stdout and ends with 0', async () => {
    const { quick } = await models();
    const { code, out, err } = await chat({ ...quick, prompt: 'notes?' });
    expect(out).toBe('There is **one** note.\n');
    expect(err).toMatch(/^✓ notes\.read \(\d+ ms\)\n$/);
    expect(code).toBe(0);
  });

  test('--output json is one document with calls, tokens and what was denied', async () => {
    const { quick } = await models();
    const { code, out, err } = await chat({ ...quick, prompt: 'change it', output: 'json' });
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({
      state: 'done',
      text: 'So be it.',
      model: expect.stringMatching(/\/tester$/),
      toolCalls: [],
      usage: { inputTokens: 642, outputTokens: 90 },
      denied: [
        {
          tool: 'notes',
          action: 'update',
          input: { id: '1' },
          reason: expect.stringContaining('only reads'),
        },
      ],
    });
    expect(err).toContain('Not run: notes.update');
    expect(code).toBe(3);
  });

  test('--approve all runs changes, none not even reads', async () => {
    const { quick } = await models();
    const all = await chat({ ...quick, prompt: 'change it', approve: 'all' });
    expect(all).toMatchObject({ code: 0, out: 'So be it.\n' });
    expect(all.err).toContain('✓ notes.update');
    const none = await chat({ ...quick, prompt: 'notes?', approve: 'none' });
    expect(none).toMatchObject({ code: 3, out: 'There is **one** note.\n' });
    expect(none.err).toContain('Not run: notes.read');
  });

  describe('calls that failed', () => {
    const update = (id: string) => ({
      ...changeNote,
      id: `u${id}`,
      arguments: { ...changeNote.arguments, id },
    });
    const lost = { id: 'x1', name: 'nothing', arguments: {} };

    test.for([
      {
        name: 'a change that was not made ends with 4, whatever was read',
        calls: [readNotes, update('9')],
        ends: 4,
      },
      { name: 'a change that was made after all ends with 0', calls: [update('9'), update('1')], ends: 0 },
      { name: 'a call to no tool is nothing when another was read', calls: [lost, readNotes], ends: 0 },
      { name: 'no call that worked ends with 4', calls: [lost], ends: 4 },
    ])('$name', async ({ calls, ends }) => {
      const { mock, quick } = await models();
      mock.on({ userMessage: 'try', hasToolResult: false }, { toolCalls: calls, usage });
      mock.on({ userMessage: 'try', hasToolResult: true }, { content: 'I tried.', usage });
      const { code, out, err } = await chat({ ...quick, prompt: 'try', approve: 'all' });
      expect(out).toBe('I tried.\n');
      expect(err.match(/^Error: .*/gm) ?? []).toEqual(
        ends === 0
          ? []
          : [expect.stringMatching(calls.includes(lost) ? /nothing that was read/ : /No change was made/)],
      );
      expect(code).toBe(ends);
    });

    test('are in the JSON document, with what they would have changed', async () => {
      const { mock, quick } = await models();
      mock.on({ userMessage: 'try', hasToolResult: false }, { toolCalls: [update('9')], usage });
      mock.on({ userMessage: 'try', hasToolResult: true }, { content: 'I tried.', usage });
      const { code, out } = await chat({ ...quick, prompt: 'try', approve: 'all', output: 'json' });
      expect(JSON.parse(out)).toMatchObject({
        state: 'done',
        toolCalls: [{ tool: 'notes', action: 'update', effect: 'write', isError: true }],
      });
      expect(code).toBe(4);
    });
  });

  test('what is piped is added to the prompt, or is the prompt', async () => {
    const { mock, quick } = await models();
    await chat({ ...quick, prompt: 'notes?' }, { input: 'piped text\n' });
    expect(JSON.stringify(mock.getLastRequest()?.body)).toContain('notes?\\n\\npiped text');
    expect(await chat(quick, { input: 'notes?' })).toMatchObject({
      code: 0,
      out: 'There is **one** note.\n',
    });
  });

  test('a model that fails is one line on stderr and ends with 1', async () => {
    const { quick } = await models();
    const { code, out, err } = await chat({ ...quick, prompt: 'broken', apiKey: secretKey });
    expect(out).toBe('');
    expect(err).toContain('Error: ');
    expect(err).toContain('401');
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).not.toContain(secretKey);
    expect(code).toBe(1);
  });

  test('an endpoint that is not there ends with 1', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    const { code, out, err } = await chat({
      baseUrl: `http://127.0.0.1:${port}/v1`,
      model: 'x',
      prompt: 'hi',
    });
    expect(err).toContain(`127.0.0.1:${port}`);
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  test('a server that does not start ends with 1, before the model is asked', async () => {
    const { mock, quick } = await models();
    const { code, out, err } = await chat(
      { ...quick, prompt: 'notes?' },
      { env: { TEST_SERVER: '/no/such/file.js' } },
    );
    expect(err).toContain('the server directus did not start');
    expect(out).toBe('');
    expect(code).toBe(1);
    expect(mock.getLastRequest()).toBeNull();
  });

  test('a reader that goes away early is no crash', async () => {
    const { quick } = await models();
    const child = start({ ...quick, prompt: 'notes?' });
    child.stdin?.end();
    child.stdout?.destroy();
    const { code, err } = await ended(child);
    expect(err).not.toMatch(/EPIPE|at /);
    expect(code).toBe(0);
  });

  test('an interrupt stops the request and ends with 130', async () => {
    // Accepts requests and never answers them.
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const child = start({ baseUrl: `http://127.0.0.1:${port}/v1`, model: 'x', prompt: 'hi' });
    child.stdin?.end();
    const [request] = await once(silent, 'request');
    const closed = once(request.socket, 'close');
    child.kill('SIGINT');
    expect((await ended(child)).code).toBe(130);
    await closed;
  });
});

describe('wrong usage or settings ends with 2 and says what to do', () => {
  const cases: {
    name: string;
    options: ChatOptions;
    env?: Record<string, string>;
    file?: string;
    says: string[];
  }[] = [
    {
      name: 'no model',
      options: { prompt: 'hi' },
      says: ['ANTHROPIC_API_KEY', '--base-url', 'settings file'],
    },
    { name: 'nothing asked', options: { baseUrl: 'http://127.0.0.1:9/v1', model: 'x' }, says: ['-p TEXT'] },
    {
      name: 'a base URL without a model',
      options: { prompt: 'hi', baseUrl: 'http://127.0.0.1:9' },
      says: ['--model ID'],
    },
    {
      name: 'a base URL that is none',
      options: { prompt: 'hi', baseUrl: 'ftp://x', model: 'x' },
      says: ['http://'],
    },
    { name: 'a key without a base URL', options: { prompt: 'hi', apiKey: secretKey }, says: ['--base-url'] },
    {
      name: 'a model without its key',
      options: { prompt: 'hi', model: 'openai/gpt-5' },
      says: ['OPENAI_API_KEY'],
    },
    {
      name: 'an unknown model',
      options: { prompt: 'hi', model: 'local/tset' },
      file: '{"ai":{"compatible":[{"name":"local","baseUrl":"http://127.0.0.1:9/v1","models":[{"id":"test"}]}]}}',
      says: ['local/test"'],
    },
    {
      name: 'a broken settings file',
      options: { prompt: 'hi' },
      file: '{"ai": {',
      says: ['directus-assistant.json', 'Mend it'],
    },
    {
      name: 'an unknown setting',
      options: { prompt: 'hi' },
      file: '{"reedOnly": true}',
      says: ['Did you mean "readOnly"?'],
    },
    {
      name: 'AI switched off',
      options: { prompt: 'hi' },
      env: { AI_ENABLED: 'false' },
      says: ['AI_ENABLED'],
    },
    {
      name: 'a missing mcp.json',
      options: { prompt: 'hi', baseUrl: 'http://127.0.0.1:9', model: 'x', mcpConfig: 'no.json' },
      says: ['no.json'],
    },
  ];

  test.for(cases)('$name', async ({ options, env = {}, file, says }) => {
    const cwd = folder();
    if (file) writeFileSync(join(cwd, 'directus-assistant.json'), file);
    const { code, out, err } = await chat(options, { env, cwd });
    for (const part of says) expect(err).toContain(part);
    expect(err).toMatch(/^error: /);
    expect(err).not.toMatch(/\n {4}at /);
    expect(err).not.toContain(secretKey);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

test('a key in the environment and --model are enough for a built-in provider', async () => {
  const { mock } = await models();
  const env = { OPENAI_API_KEY: secretKey, OPENAI_BASE_URL: `${mock.url}/v1` };
  const { code, out } = await chat({ prompt: 'notes?', model: 'openai/gpt-4.1' }, { env });
  expect(out).toBe('There is **one** note.\n');
  expect(code).toBe(0);
});
