import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clientConfigs } from '../../src/cli/client-config.ts';

const block = (id: string, options = {}) =>
  clientConfigs(options).find((each) => each.id === id)?.block ?? '';

test('mcp.json.example is the block for Claude Desktop', () => {
  const example = readFileSync(new URL('../../mcp.json.example', import.meta.url), 'utf8');
  expect(example.trim()).toBe(block('claude-desktop', { platform: 'linux' }));
});

test('every client has a block with the command, and every JSON block is JSON', () => {
  const all = clientConfigs({ platform: 'darwin' });
  expect(all.map(({ id }) => id)).toEqual([
    'claude-desktop',
    'claude-code',
    'claude-code-project',
    'cursor',
    'vscode',
    'raycast',
  ]);
  for (const { block, language } of all) {
    expect(block).toContain('directus-assistant');
    if (language === 'json') expect(JSON.parse(block)).toBeTypeOf('object');
  }
});

test('on Windows, npx is started through cmd', () => {
  expect(JSON.parse(block('cursor', { platform: 'win32' })).mcpServers.directus).toMatchObject({
    command: 'cmd',
    args: ['/c', 'npx', '-y', 'directus-assistant', 'mcp'],
  });
  expect(block('claude-code', { platform: 'win32' })).toMatch(/ -- cmd \/c npx -y directus-assistant mcp$/);
});

test('a token is written only when given, and never into files that a team shares', () => {
  const token = 'secret-1';
  const holds = (options = {}) =>
    clientConfigs(options).flatMap((each) => (each.block.includes(token) ? [each.id] : []));
  expect(holds()).toEqual([]);
  expect(holds({ token })).toEqual(['claude-desktop', 'claude-code', 'cursor', 'raycast']);
});

test('VS Code asks for the token instead of storing it', () => {
  const config = JSON.parse(block('vscode', { url: 'http://localhost:8055', token: 'secret-1' }));
  expect(config.inputs[0]).toMatchObject({ type: 'promptString', id: 'directus-token', password: true });
  expect(config.servers.directus.env).toEqual({
    DIRECTUS_URL: 'http://localhost:8055',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code fills it in.
    DIRECTUS_TOKEN: '${input:directus-token}',
  });
});

test('the shell command keeps a token with odd characters whole', () => {
  const token = `it's $HOME "and" \`more\``;
  const line = block('claude-code', { platform: 'linux', token }).replace('claude mcp add', 'printf "%s\\n"');
  const words = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\n');
  expect(words).toContain(`DIRECTUS_TOKEN=${token}`);
});
