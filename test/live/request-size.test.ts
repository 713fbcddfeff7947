import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { connectServers, createChat, quickModel } from '../../src/host/index.ts';
import { bin } from './server.ts';
import { sharedDirectus } from './shared-directus.ts';

const requestBody = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })),
});

/** An endpoint that keeps what it was sent and says hello back. */
const bodies: string[] = [];
const endpoint = createServer(async (request, response) => {
  bodies.push(await text(request));
  const chunk = { choices: [{ index: 0, delta: { content: 'Hello.' }, finish_reason: 'stop' }] };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
});
beforeAll(async () => {
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
});
afterAll(() => void endpoint.close());

/** The body of the request that a first "hello" leads to, as it is sent. */
async function hello(...flags: string[]): Promise<string> {
  const { url, admin } = sharedDirectus();
  const { port } = endpoint.address() as AddressInfo;
  const servers = await connectServers([
    {
      name: 'directus',
      command: process.execPath,
      args: [bin, 'mcp', '--allow-deletes', ...flags],
      env: { DIRECTUS_URL: url, DIRECTUS_TOKEN: admin.token },
    },
  ]);
  try {
    expect(servers.status()).toMatchObject([{ state: 'connected' }]);
    const model = await quickModel({ baseUrl: `http://127.0.0.1:${port}/v1`, model: 'tester' });
    const turn = createChat({ model, servers }).send('hello');
    await turn.stream.pipeTo(new WritableStream());
    expect(await turn.end).toMatchObject({ state: 'done', text: 'Hello.' });
    return bodies.at(-1) ?? '';
  } finally {
    await servers.close();
  }
}

/** Where the tokens of a body go, for whoever has to find some. */
function account(body: string): string {
  const { messages, tools } = requestBody.parse(JSON.parse(body));
  const parts = [
    ...messages.map(({ role, content }) => [role, content]),
    ...tools.map((tool) => [`tool ${tool.function.name}`, JSON.stringify(tool)]),
  ];
  return parts.map(([name, content = '']) => `${name}: ${countTokens(content)}`).join(', ');
}

test.each([
  { mode: 'default', most: 4000, tools: 18 },
  { mode: 'registry', most: 1200, tools: 3 },
])('the whole request of "hello" in $mode mode costs at most $most tokens', async (row) => {
  const body = await hello('--tool-mode', row.mode);
  expect(requestBody.parse(JSON.parse(body)).tools).toHaveLength(row.tools);
  expect(countTokens(body), account(body)).toBeLessThanOrEqual(row.most);
});
