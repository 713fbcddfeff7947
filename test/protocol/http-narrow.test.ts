import { expect, test } from 'vitest';
import { tools } from '../../src/tools/list.ts';
import { ask, call, toolNames } from './fixtures/rpc.ts';
import { serve } from './fixtures/served.ts';

const ALL = tools.map(({ name }) => name);
const CONTENT = tools.filter(({ toolset }) => toolset === 'content').map(({ name }) => name);
const WRITE = { action: 'create', collection: 'articles', data: [{ title: 'x' }] };

test('A13 headers and query narrow what the operator set, alone and together', async () => {
  const { url } = await serve();
  expect(await toolNames(url)).toEqual(ALL);
  expect(await toolNames(`${url}?toolsets=content`)).toEqual(CONTENT);
  expect(await toolNames(url, { headers: { 'x-mcp-toolsets': 'content' } })).toEqual(CONTENT);
  expect(
    await toolNames(`${url}?toolsets=content,model`, { headers: { 'x-mcp-toolsets': 'content' } }),
  ).toEqual(CONTENT);
  expect(await toolNames(`${url}?tools=items.read,schema`)).toEqual(['schema', 'items']);
  expect(await toolNames(`${url}?exclude=flows,operations`)).toEqual(
    ALL.filter((name) => !['flows', 'operations'].includes(name)),
  );
  expect(await toolNames(`${url}?tool_mode=registry`)).toEqual(['search', 'execute', 'schema']);
  expect(await toolNames(url, { headers: { 'x-mcp-tool-mode': 'registry' } })).toEqual([
    'search',
    'execute',
    'schema',
  ]);
});

test('A13 read-only: tools that change are absent, and refused when called all the same', async () => {
  const { url } = await serve();
  for (const [where, options] of [
    [`${url}?read_only=true`, {}],
    [url, { headers: { 'x-mcp-readonly': 'true' } }],
    [url, { headers: { 'x-mcp-readonly': '1' } }],
  ] as const) {
    const { message } = await ask(where, 'tools/list', {}, options);
    const listed = message.result?.tools as { annotations: { readOnlyHint: boolean } }[];
    expect(listed.length).toBeGreaterThan(5);
    for (const { annotations } of listed) expect(annotations.readOnlyHint).toBe(true);
    expect(await call(where, 'items', WRITE, options)).toMatch(/NOT_AVAILABLE.*asked for reading only/);
  }
});

test('what was not asked for is refused in the words of this connection', async () => {
  const { url } = await serve();
  expect(await call(`${url}?tools=schema`, 'items', WRITE)).toContain(
    'Not among what this connection asked for',
  );
  expect(await call(`${url}?exclude=items.create`, 'items', WRITE)).toContain('This connection excludes it');
  expect(
    await call(`${url}?tool_mode=registry&tools=schema`, 'execute', { name: 'items', input: WRITE }),
  ).toMatch(/Not among what this connection asked for.*\n?.*whoever set it up can change that/);
});

test('A13 nothing widens what the operator set', async () => {
  const { url } = await serve({
    flags: ['--toolsets', 'content', '--exclude', 'folders', '--read-only', '--tool-mode', 'default'],
  });
  const own = ['schema', 'items', 'files', 'assets'];
  expect(await toolNames(url)).toEqual(own);
  expect(await toolNames(`${url}?toolsets=content,model,access`)).toEqual(own);
  expect(await toolNames(`${url}?tools=flows,folders`)).toEqual([]);
  expect(await call(`${url}?read_only=false`, 'items', WRITE)).toMatch(/NOT_AVAILABLE.*[Rr]ead-only/);
  expect(
    await call(`${url}?tools=items`, 'items', { action: 'delete', collection: 'articles', keys: [1] }),
  ).toMatch(/NOT_AVAILABLE/);
});

test('an operator in registry mode cannot be asked for the long list', async () => {
  const { url } = await serve({ flags: ['--tool-mode', 'registry'] });
  expect(await toolNames(`${url}?tool_mode=default`)).toEqual(['search', 'execute', 'schema']);
});

test('A26 an unknown name or value is an error that names what is meant', async () => {
  const { url } = await serve();
  for (const [query, headers, words] of [
    ['?toolsets=contents', {}, /toolsets: there is no "contents".*"content"/],
    ['?tools=item', {}, /tools: there is no "item".*"items"/],
    ['?exclude=items.remove', {}, /exclude: there is no "items\.remove"/],
    ['?read_only=ture', {}, /read_only is "ture", but must be true or false/],
    ['?tool_mode=registri', {}, /tool_mode is "registri", but must be registry or default/],
    ['?readonly=true', {}, /unknown part "readonly".*"read_only"/],
    ['?toolset=content', {}, /unknown part "toolset".*"toolsets"/],
    ['?read_only', {}, /read_only is "", but must be/],
    ['?toolsets=', {}, /toolsets is there, but names nothing/],
    ['', { 'x-mcp-readonly': 'constructor' }, /read_only is "constructor"/],
    ['?tool_mode=__proto__', {}, /tool_mode is "__proto__"/],
    ['', { 'x-mcp-toolsets': 'contents' }, /toolsets: there is no "contents"/],
    ['', { 'x-mcp-readonly': 'yes please' }, /read_only is "yes please"/],
    ['', { 'x-mcp-read-only': 'true' }, /no header "x-mcp-read-only".*"x-mcp-readonly"/],
    ['', { 'x-mcp-toolset': 'content' }, /no header "x-mcp-toolset".*"x-mcp-toolsets"/],
  ] as [string, Record<string, string>, RegExp][]) {
    const { status, message } = await ask(url + query, 'tools/list', {}, { headers });
    expect(status).toBe(400);
    expect(message.error?.message).toMatch(words);
    expect(message.error?.code).toBe(-32600);
  }
});

test('A26 a typo of the operator leaves everybody read-only, and says so', async () => {
  const { url, log } = await serve({ env: { DISABLE_TOOLS: 'flows,itmes' } });
  expect(await call(url, 'items', WRITE)).toMatch(
    /NOT_AVAILABLE.*Read-only until the settings are mended.*"itmes"/,
  );
  expect(JSON.stringify(log())).toContain('itmes');
});

test("a header of somebody else's is nobody's business", async () => {
  const { url } = await serve();
  expect((await ask(url, 'ping', {}, { headers: { 'x-mcp-proxy-auth': 'Bearer x' } })).status).toBe(200);
});
