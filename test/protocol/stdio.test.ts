import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { tools } from '../../src/tools/list.ts';
import { freshArticle } from '../live/helpers.ts';
import { startProxy } from '../live/proxy.ts';
import { planted } from '../secrets-planted.ts';
import { type Message, type Raw, raw, shakeHands } from './fixtures/raw.ts';
import { startOf } from './fixtures/start.ts';

/** The server still answers, and with sense. */
async function isAlive(server: Raw): Promise<void> {
  const { result } = await server.ask('tools/call', { name: 'schema', arguments: {} });
  expect(JSON.stringify(result)).toContain('articles');
}

const textOf = (result: Message['result']) => (result?.content as { text: string }[] | undefined)?.[0]?.text;

async function started(options: Parameters<typeof startOf>[0] = {}): Promise<Raw> {
  const server = raw(startOf(options));
  await shakeHands(server);
  return server;
}

describe('A2 notifications over stdio', () => {
  test.each([
    ['notifications/cancelled', { requestId: 99, reason: 'none' }],
    ['notifications/cancelled', {}],
    ['notifications/cancelled', undefined],
    ['notifications/roots/list_changed', undefined],
    ['notifications/progress', { progressToken: 1, progress: 1 }],
    ['notifications/progress', { progressToken: {}, progress: 'x' }],
    ['notifications/unheard/of', { a: 1 }],
    ['notifications/initialized', undefined],
    ['tools/call', { name: 'schema' }],
    ['', undefined],
  ])('A2 %s %j is swallowed, and the next request is answered', async (method, params) => {
    const server = await started();
    const before = server.lines.length;
    server.notify(method, params);
    const { result } = await server.ask('ping');
    expect(result).toEqual({});
    expect(server.lines.length).toBe(before + 1);
    await isAlive(server);
  });
});

describe('bad lines on stdin', () => {
  test.each([
    ['no JSON', 'hello'],
    ['half of JSON', '{"jsonrpc":"2.0","id":'],
    ['an empty line', ''],
    ['spaces', '   '],
    ['a number', '5'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a batch', '[{"jsonrpc":"2.0","id":50,"method":"ping"},{"jsonrpc":"2.0","id":51,"method":"ping"}]'],
    ['no version', '{"id":52,"method":"ping"}'],
    ['another version', '{"jsonrpc":"1.0","id":53,"method":"ping"}'],
    ['an id that is none', '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
    ['an id of null', '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
    ['a method that is none', '{"jsonrpc":"2.0","id":54,"method":5}'],
    ['params that are a list', '{"jsonrpc":"2.0","id":55,"method":"tools/list","params":[]}'],
    ['an answer nobody waits for', '{"jsonrpc":"2.0","id":56,"result":{}}'],
    ['an error nobody waits for', '{"jsonrpc":"2.0","id":57,"error":{"code":-1,"message":"x"}}'],
    ['control characters', '\u0000\u0001\u001b[31m'],
    ['a prototype', '{"jsonrpc":"2.0","id":58,"method":"tools/call","params":{"__proto__":{"name":"x"}}}'],
    [
      'JSON nested 20,000 deep',
      `{"jsonrpc":"2.0","id":59,"method":"x","params":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    ],
    ['Windows line ends', '{"jsonrpc":"2.0","id":60,"method":"ping"}\r'],
  ])('%s: an answer or a line for people, and the process goes on', async (_what, line) => {
    const server = await started();
    server.write(line);
    await isAlive(server);
    expect(server.process.exitCode).toBeNull();
    for (const each of server.lines) expect(JSON.parse(each)).toMatchObject({ jsonrpc: '2.0' });
    expect(server.stderr()).not.toMatch(/\n\s+at |node_modules/);
  });

  test('a line of 5 MB that is no JSON', async () => {
    const server = await started();
    server.write('x'.repeat(5_000_000));
    await isAlive(server);
    expect(server.stderr().length).toBeLessThan(2000);
  });

  test('a request of 5 MB is answered as any other', async () => {
    const server = await started();
    const { result } = await server.ask('tools/call', {
      name: 'items',
      arguments: { action: 'raed', collection: 'x'.repeat(5_000_000) },
    });
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result).length).toBeLessThan(1000);
    await isAlive(server);
  });
});

test('an error of a proxy that has no body never passes for a success', async () => {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const server = await started({ url: proxy.url });
  const article = await freshArticle();
  const selected = { collection: 'articles', keys: [article.id] };
  const calls = [
    { refused: 'GET', args: { action: 'read', ...selected } },
    { refused: 'PATCH', args: { action: 'update', ...selected, data: [{ title: 'lost' }] } },
  ];
  for (const status of [400, 413, 431, 502, 504]) {
    for (const { refused, args } of calls) {
      proxy.interfere(({ method }, response) => {
        if (method !== refused) return false;
        response.writeHead(status).end();
        return true;
      });
      const { result } = await server.ask('tools/call', { name: 'items', arguments: args });
      expect(result).toMatchObject({ isError: true });
      expect(textOf(result)).toContain(String(status));
    }
  }
});

describe('wrong requests', () => {
  test.each([
    ['no/such/method', {}, -32601],
    ['tools/call', undefined, -32602],
    ['tools/call', {}, -32602],
    ['tools/call', { name: 5 }, -32602],
    ['tools/call', { name: 'schema', arguments: 'x' }, -32602],
    ['tools/call', { name: 'schema', arguments: [] }, -32602],
    ['prompts/get', { name: 5 }, -32603],
    ['prompts/get', { name: 'nowhere' }, -32602],
    ['resources/read', {}, -32603],
    ['resources/read', { uri: 'directus://schema/%' }, -32602],
    ['resources/read', { uri: 'file:///etc/passwd' }, -32602],
    ['completion/complete', { ref: { type: 'ref/nothing' }, argument: {} }, -32603],
    ['logging/setLevel', { level: 'debug' }, -32601],
  ])('%s %j is answered with an error in words', async (method, params, code) => {
    const server = await started();
    const { error, result } = await server.ask(method, params);
    expect(result).toBeUndefined();
    expect(error?.code).toBe(code);
    expect(error?.message).toBeTruthy();
    expect(error?.message).not.toMatch(/\n\s+at |\[object|failed inside/);
    await isAlive(server);
  });

  test.each([
    ['itmes', {}, /There is no tool "itmes"\. Did you mean "items"/],
    ['', {}, /There is no tool ""/],
    ['constructor', {}, /There is no tool/],
    ['items', {}, /items needs an action.*\nActions: read, create, update\./],
    ['items', { action: 'raed' }, /items has no action "raed"\. Did you mean "read"/],
    ['items', { action: ['read'] }, /items has no action/],
    ['items', { action: 'read' }, /"collection" is required/],
    ['schema', { action: 'read', keys: ['articles'] }, /Unknown argument "action"/],
    ['system-prompt', { topic: 5 }, /"topic" must be of type string/],
  ])('tool %s with %j: %s', async (name, args, words) => {
    const server = await started();
    const { result } = await server.ask('tools/call', { name, arguments: args });
    expect(result).toMatchObject({ isError: true });
    expect(textOf(result)).toMatch(words);
    await isAlive(server);
  });

  test('arguments of execute that are no JSON are told, not dropped', async () => {
    const server = await started({ flags: ['--tool-mode', 'registry'] });
    const { result } = await server.ask('tools/call', {
      name: 'execute',
      arguments: { name: 'items', input: '{"action":"read","collection":' },
    });
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toMatch(/input/);
  });
});

describe('the process', () => {
  test('leaves with 0 when stdin ends', async () => {
    const server = await started();
    server.process.stdin?.end();
    expect(await once(server.process, 'exit')).toEqual([0, null]);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('leaves with 0 on %s', async (signal) => {
    const server = await started();
    server.process.kill(signal);
    expect(await once(server.process, 'exit')).toEqual([0, null]);
  });

  test('without anything configured it starts, lists its tools, and says in a call what is missing', async () => {
    const server = await started({ env: { DIRECTUS_URL: '', DIRECTUS_TOKEN: '' } });
    const { result } = await server.ask('tools/list');
    expect(result?.tools).toHaveLength(tools.length);
    const call = await server.ask('tools/call', { name: 'schema', arguments: {} });
    expect(JSON.stringify(call.result)).toContain('DIRECTUS_URL');
  });

  test('with Directus down it starts, lists its tools, and says in a call what is wrong', async () => {
    const server = await started({ url: 'http://127.0.0.1:1' });
    const { result } = await server.ask('tools/list');
    expect(result?.tools).toHaveLength(tools.length);
    const call = await server.ask('tools/call', { name: 'schema', arguments: {} });
    expect(JSON.stringify(call.result)).toMatch(/UNREACHABLE.*connection refused/);
  });

  test('A26 it says on stderr what is wrong with the settings, without their content', async () => {
    const start = startOf({
      settings: `{"directus":{"token":"${planted.token}"x}}`,
      env: { DIRECTUS_TOKEN: '' },
    });
    const server = raw(start);
    await shakeHands(server);
    await vi.waitFor(() => expect(server.stderr()).toMatch(/Read-only until the settings are mended/));
    expect(server.stderr()).toContain('directus-assistant.json');
    expect(server.stderr() + server.lines.join()).not.toContain(planted.token);
  });

  test('mcpEnabled off: no tools, and a call says why', async () => {
    const server = await started({ env: { MCP_ENABLED: 'false' } });
    expect((await server.ask('tools/list')).result).toMatchObject({ tools: [] });
    const call = await server.ask('tools/call', { name: 'schema', arguments: {} });
    expect(JSON.stringify(call.result)).toContain('switched off (mcpEnabled)');
  });

  test('progress comes to a client that asks for it, and to none that does not', async () => {
    const server = await started();
    const data = ['a', 'b'].map((name) => ({ text: `Text ${name}`, filename: `${name}.txt` }));
    const call = { name: 'files', arguments: { action: 'upload', data } };
    const progress = () =>
      server.lines
        .map((line) => JSON.parse(line))
        .filter(({ method }) => method === 'notifications/progress');

    await server.ask('tools/call', call);
    expect(progress()).toEqual([]);
    await server.ask('tools/call', { ...call, _meta: { progressToken: 'mine' } });
    const told = progress().map(({ params }) => params);
    expect(told.length).toBeGreaterThanOrEqual(1);
    for (const { progressToken } of told) expect(progressToken).toBe('mine');
    expect(told.at(-1).progress).toBe(told.at(-1).total);
  });
});
