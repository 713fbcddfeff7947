import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clientConfigs, httpClientConfigs, installLinks } from '../../src/cli/client-config.ts';

const block = (id: string, options = {}) =>
  clientConfigs(options).find((each) => each.id === id)?.block ?? '';
const httpBlock = (id: string, options = {}) => block(id, { transport: 'http', ...options });
const idsOf = (options = {}) => clientConfigs(options).map(({ id }) => id);

test('mcp.json.example is the block for Claude Desktop', () => {
  const example = readFileSync(new URL('../../mcp.json.example', import.meta.url), 'utf8');
  expect(example.trim()).toBe(block('claude-desktop', { platform: 'linux' }));
});

test('every client that starts servers has a block with the command, and every JSON block is JSON', () => {
  expect(idsOf()).toEqual([
    'claude-desktop',
    'claude-code',
    'claude-code-project',
    'cursor',
    'vscode',
    'windsurf',
    'zed',
    'lm-studio',
    'raycast',
  ]);
  for (const { block, language } of clientConfigs({ platform: 'darwin' })) {
    expect(block).toContain('directus-assistant');
    if (language === 'json') expect(JSON.parse(block)).toBeTypeOf('object');
  }
});

test('every client has a block for a served server, with its address', () => {
  expect(idsOf({ transport: 'http' })).toEqual([
    'claude-desktop',
    'claude-connector',
    'claude-code',
    'claude-code-project',
    'cursor',
    'vscode',
    'windsurf',
    'zed',
    'chatgpt',
    'lm-studio',
    'raycast',
  ]);
  const all = httpClientConfigs('https://team.example.org/mcp');
  for (const { block, language, transport } of all) {
    expect(transport).toBe('http');
    expect(block).toContain('https://team.example.org/mcp');
    if (language === 'json') expect(JSON.parse(block)).toBeTypeOf('object');
  }
});

test('each client is told of the header in its own way', () => {
  const token = 'secret-1';
  const headers = { Authorization: 'Bearer secret-1' };
  const url = 'https://mcp.example.com/mcp';
  const parsed = (id: string) => JSON.parse(httpBlock(id, { token }));
  expect(parsed('cursor').mcpServers.directus).toEqual({ url, headers });
  expect(parsed('lm-studio').mcpServers.directus).toEqual({ url, headers });
  expect(parsed('windsurf').mcpServers.directus).toEqual({ serverUrl: url, headers });
  expect(parsed('zed').context_servers.directus).toEqual({ url, headers });
  expect(parsed('raycast')).toEqual({ name: 'directus', type: 'http', url, headers });
  expect(httpBlock('claude-code', { token, platform: 'linux' })).toBe(
    `claude mcp add --transport http directus ${url} --header 'Authorization: Bearer secret-1'`,
  );
});

test('clients without a field for a header get the token in the address, kept whole', () => {
  for (const id of ['chatgpt', 'claude-connector']) {
    const address = new URL(httpBlock(id, { token: 'a&b=c d' }));
    expect(address.searchParams.get('access_token')).toBe('a&b=c d');
    const where = clientConfigs({ transport: 'http' }).find((each) => each.id === id)?.where;
    expect(where).toContain('http.queryToken');
  }
});

test('on Windows, npx is started through cmd', () => {
  expect(JSON.parse(block('cursor', { platform: 'win32' })).mcpServers.directus).toMatchObject({
    command: 'cmd',
    args: ['/c', 'npx', '-y', 'directus-assistant', 'mcp'],
  });
  expect(block('claude-code', { platform: 'win32' })).toMatch(/ -- cmd \/c npx -y directus-assistant mcp$/);
  const { command, args } = JSON.parse(httpBlock('claude-desktop', { platform: 'win32' })).mcpServers
    .directus;
  expect([command, ...args.slice(0, 4)]).toEqual(['cmd', '/c', 'npx', '-y', 'mcp-remote']);
});

test('what Claude Desktop starts to reach an address has no blank in its header', () => {
  const { args, env } = JSON.parse(httpBlock('claude-desktop', { token: 'secret-1' })).mcpServers.directus;
  expect(args.filter((word: string) => word.includes(' '))).toEqual([]);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: mcp-remote fills it in.
  expect(args.at(-1)).toBe('Authorization:${AUTHORIZATION}');
  expect(env).toEqual({ AUTHORIZATION: 'Bearer secret-1' });
});

test('a token is written only when given, and never into files that a team shares', () => {
  const token = 'secret-1';
  const holds = (options = {}) =>
    clientConfigs(options).flatMap((each) => (each.block.includes(token) ? [each.id] : []));
  expect(holds()).toEqual([]);
  const own = ['claude-desktop', 'claude-code', 'cursor', 'windsurf', 'zed', 'lm-studio', 'raycast'];
  expect(holds({ token })).toEqual(own);
  expect(holds({ transport: 'http' })).toEqual([]);
  expect(holds({ transport: 'http', token }).toSorted()).toEqual(
    [...own, 'claude-connector', 'chatgpt'].toSorted(),
  );
});

test('VS Code asks for the token instead of storing it', () => {
  const config = JSON.parse(block('vscode', { url: 'http://localhost:8055', token: 'secret-1' }));
  expect(config.inputs[0]).toMatchObject({ type: 'promptString', id: 'directus-token', password: true });
  expect(config.servers.directus.env).toEqual({
    DIRECTUS_URL: 'http://localhost:8055',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code fills it in.
    DIRECTUS_TOKEN: '${input:directus-token}',
  });
  const served = JSON.parse(httpBlock('vscode', { token: 'secret-1' }));
  expect(served.inputs).toEqual(config.inputs);
  expect(served.servers.directus).toEqual({
    type: 'http',
    url: 'https://mcp.example.com/mcp',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code fills it in.
    headers: { Authorization: 'Bearer ${input:directus-token}' },
  });
});

test.each(['stdio', 'http'] as const)('the shell command over %s keeps a token whole', (transport) => {
  const token = `it's $HOME "and" \`more\``;
  const line = block('claude-code', { platform: 'linux', token, transport });
  const words = execFileSync('sh', ['-c', line.replace('claude mcp add', 'printf "%s\\n"')], {
    encoding: 'utf8',
  }).split('\n');
  expect(words).toContain(
    transport === 'stdio' ? `DIRECTUS_TOKEN=${token}` : `Authorization: Bearer ${token}`,
  );
});

test('there are install links for VS Code and Cursor', () => {
  expect(installLinks().map(({ client }) => client)).toEqual(['VS Code', 'Cursor']);
});
