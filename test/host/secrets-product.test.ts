import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { planted } from '../secrets-planted.ts';
import { findPlanted } from '../secrets-search.ts';
import { bin, furnish, type Home, type Running } from './fixtures/home.ts';
import { echo, listen, nowhere } from './fixtures/nasty.ts';

/* The built program with secrets planted everywhere: where they come out again, and what its processes are given. */

let home: Home;
beforeEach(async () => {
  home = await furnish();
});

const configured = (...words: string[]) => home.run(...words, '--config', home.config);
const ask = (model: string, prompt = 'hello', ...words: string[]) =>
  configured('chat', '-p', prompt, '--model', `${model}/m`, ...words);
const firstId = async () => JSON.parse((await home.run('history', '--json')).out)[0].id as string;

test('a chat that goes well, and what is kept of it', async () => {
  const words = ['--approve', 'all', '--output', 'json'];
  const answer = await ask('good', 'call the tool look_around', ...words);
  expect(answer).toMatchObject({ code: 0, out: expect.stringContaining('All done.') });
  expect(home.asked).toEqual(['good', 'good']);
  const id = await firstId();
  for (const kept of [
    ['history'],
    ['history', 'search', 'tool'],
    ['history', 'show', id],
    ['history', 'show', id, '--json'],
    ['history', 'export', id, '--format', 'json', '-o', join(home.folder, 'exported')],
    ['usage', '--by', 'provider'],
    ['usage', '--json'],
  ]) {
    expect((await home.run(...kept)).code, kept.join(' ')).toBe(0);
  }
  home.expectCleanFiles();
});

test.each([
  ['refusing', /answered 401 at \S+\/refusing\/v1\S*: Refused:/],
  ['cut', /broke off/],
  ['down', /could not be reached/],
])('a chat with an endpoint that is %s', async (model, says) => {
  const { code, err } = await ask(model);
  expect(code).toBe(1);
  expect(err).toMatch(says);
  expect(err).not.toMatch(/^ {4}at /m);
  const id = await firstId();
  for (const form of ['markdown', 'json']) await home.run('history', 'export', id, '--format', form);
  home.expectCleanFiles();
});

test('servers of an mcp.json that do not start, and say what they were given', async () => {
  const say = 'console.error(process.env); throw new Error(process.env.BROKEN_KEY)';
  const failing = await listen((request, response) => echo(request, response, 500));
  home.add({
    servers: {
      broken: { command: process.execPath, args: ['-e', say], env: { BROKEN_KEY: planted.foreignKey } },
      refusing: { url: `${await listen(echo)}/mcp?key=${planted.query}` },
      failing: { url: `${failing}/mcp`, headers: { authorization: `Bearer ${planted.foreignKey}` } },
      named: { url: `${failing.replace('//', `//me:${planted.password}@`)}/mcp` },
    },
  });
  const { code, err } = await ask('good');
  expect(code).toBe(0);
  for (const name of ['broken', 'refusing', 'failing', 'named'])
    expect(err).toContain(`server ${name} did not start`);
  expect(err).toContain("BROKEN_KEY: '***'");
  expect(err).toContain('//me:***@');
  home.expectCleanFiles();
});

test('an mcp.json that is broken shows nothing of what is in it', async () => {
  const file = join(home.folder, 'mcp.json');
  const text = readFileSync(file, 'utf8');
  const secret = planted.foreignKey;
  for (const broken of [
    text.replace(`"${secret}"`, `x"${secret}"`),
    text.replace(`"${secret}"`, `"${secret}"x`),
    secret,
    JSON.stringify({ mcpServers: { a: { command: 'x', env: { A: [secret] } }, b: secret } }),
    JSON.stringify({ mcpServers: { a: { url: secret } } }),
  ]) {
    writeFileSync(file, broken);
    const { code, err } = await ask('good');
    expect(code).toBe(2);
    expect(err).toContain(file);
    // Not the beginning of it either.
    expect(err).not.toContain(secret.slice(0, 5));
  }
});

test.each([
  ['providers', /refusing/],
  ['providers --json', /refusing/],
  ['providers test', /401/],
  ['providers test --json', /401/],
  ['providers models refusing', /401/],
  ['providers models openai --json', /401/],
  ['providers allow refusing n', /refusing/],
  ['settings', /directus\.token/],
  ['settings --json', /directus\.token/],
  ['doctor', /Refused/],
  ['doctor --json', /Refused/],
  ['tools', /items/],
])('what `%s` says', async (words, says) => {
  const { out, err } = await configured(...words.split(' '));
  expect(out + err).toMatch(says);
  home.expectCleanFiles();
});

test('a settings file that is sealed cannot be read, and works', async () => {
  // An address is no secret; its query cannot be sealed.
  const text = () => readFileSync(home.config, 'utf8').replaceAll(planted.query, 'query');
  expect(findPlanted(text())).toBeDefined();
  expect((await configured('settings', 'seal')).code).toBe(0);
  expect(findPlanted(text())).toBeUndefined();
  // Password, shared key, key of Anthropic; key and header of four others.
  expect(text().match(/sealed:/g)).toHaveLength(3 + 2 * 4);
  expect(await ask('good')).toMatchObject({ code: 0, out: expect.stringContaining('All done.') });
  home.expectCleanFiles();
});

describe.skipIf(process.platform !== 'linux')('while a chat runs', () => {
  /** A chat in the middle of an answer, with our server and a foreign one. */
  async function hanging(env: Record<string, string> = {}): Promise<Running> {
    home.add({ provider: 'hanging' });
    const words = ['chat', '-p', 'hello', '--model', 'hanging/m', '--config', home.config];
    const chat = home.start(words, env);
    chat.child.stdin?.end();
    await vi.waitFor(() => expect(home.asked, chat.all()).toContain('hanging'), { timeout: 20_000 });
    return chat;
  }

  test('its servers have only what is theirs, and no command line shows anything', async () => {
    const chat = await hanging();
    const children = childrenOf(chat.child.pid ?? 0);
    const own = children.find(({ commandLine }) => commandLine.includes(bin));
    const foreign = children.find(({ commandLine }) => commandLine.includes('notes-server'));
    expect(children).toHaveLength(2);
    for (const { commandLine } of children) expect(findPlanted(commandLine)).toBeUndefined();
    const plantedIn = (text = '') => Object.values(planted).filter((secret) => text.includes(secret));
    expect(plantedIn(own?.environment)).toEqual([planted.token, planted.installationKey]);
    expect(plantedIn(foreign?.environment)).toEqual([planted.foreignKey]);
  });

  test('a kill leaves nothing behind, and the next chat says nothing of it', async () => {
    const chat = await hanging();
    chat.child.kill('SIGKILL');
    await chat.exited;
    expect(findPlanted(chat.all())).toBeUndefined();
    home.expectCleanFiles();
    const on = await ask('good', 'go on', '--continue');
    expect(on).toMatchObject({ code: 0, out: expect.stringContaining('All done.') });
    home.expectCleanFiles();
  });

  test('an error that nobody catches', async () => {
    const provoke = `process.on('SIGUSR2', () => { throw new Error('provoked'); })`;
    const chat = await hanging({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(provoke)}`,
    });
    chat.child.kill('SIGUSR2');
    expect(await chat.exited).toBe(1);
    expect(chat.err()).toMatch(
      /^error: directus-assistant failed at something unforeseen: Error: provoked$/m,
    );
    expect(chat.err()).not.toMatch(/^ {4}at /m);
    expect(findPlanted(chat.all())).toBeUndefined();
    home.expectCleanFiles();
  });
});

/** What everybody on this machine may see of the processes that one has started, and their environment. */
function childrenOf(parent: number): { commandLine: string; environment: string }[] {
  return globSync('/proc/[0-9]*').flatMap((folder) => {
    try {
      const read = (name: string) => readFileSync(join(folder, name), 'utf8').replaceAll('\0', '\n');
      // The name of the command is in brackets and may hold blanks; the parent is the second word behind it.
      if (read('stat').split(') ').at(-1)?.split(' ')[1] !== String(parent)) return [];
      return [{ commandLine: read('cmdline'), environment: read('environ') }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

describe.each(['refusing', 'down'])('the server, with a Directus that is %s', (how) => {
  const message = (id: number, method: string, params: object) =>
    JSON.stringify({ jsonrpc: '2.0', id, method, params });
  const clientInfo = { name: 'test', version: '1' };
  const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  const read = message(2, 'tools/call', {
    name: 'items',
    arguments: { action: 'read', collection: 'articles' },
  });

  beforeEach(async () => {
    if (how === 'down') home.env.DIRECTUS_URL = await nowhere();
  });

  test('over stdio', async () => {
    const server = home.start(['mcp', '--config', home.config]);
    const initialized = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
    server.child.stdin?.write([message(1, 'initialize', initialize), initialized, read, ''].join('\n'));
    await vi.waitFor(() => expect(server.out()).toContain('"id":2'), { timeout: 20_000 });
    expect(server.out()).toMatch(how === 'down' ? /cannot be reached/ : /Refused: \/items/);
    server.child.stdin?.end();
    await server.exited;
    expect(findPlanted(server.all())).toBeUndefined();
    home.expectCleanFiles();
  });

  test('over HTTP', async () => {
    const server = home.start(['mcp', '--http', '--port', '0', '--config', home.config]);
    const url = await vi.waitFor(
      () => {
        const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(server.err())?.[0];
        if (!found) throw new Error(server.err());
        return found;
      },
      { timeout: 20_000 },
    );
    let said = '';
    for (const identity of [
      { authorization: `Bearer ${planted.body}` },
      { authorization: `Bearer ${planted.sharedKey}` },
      { cookie: `directus_session_token=${planted.cookie}` },
      {},
    ]) {
      for (const address of [url, `${url}?access_token=${planted.query}`]) {
        const accept = 'application/json, text/event-stream';
        const headers = { 'content-type': 'application/json', accept, ...identity };
        const response = await fetch(address, { method: 'POST', body: read, headers });
        said += `${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}\n`;
      }
    }
    said += await (await fetch(url.replace(/mcp$/, 'metrics'))).text();
    server.child.kill('SIGTERM');
    await server.exited;
    expect(said).toMatch(/^(401|503) /);
    expect(server.err()).toMatch(/"status":(401|503)/);
    expect(findPlanted(said)).toBeUndefined();
    expect(findPlanted(server.all())).toBeUndefined();
    home.expectCleanFiles();
  });
});
