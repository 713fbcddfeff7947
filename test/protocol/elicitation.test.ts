import { ElicitationRequestSchema as AiElicitation, createMCPClient } from '@ai-sdk/mcp';
import { Experimental_StdioMCPTransport } from '@ai-sdk/mcp/mcp-stdio';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { freshArticle, rest } from '../live/helpers.ts';
import { MODERN } from './fixtures/clients.ts';
import { type Start, startOf } from './fixtures/start.ts';

type Answer = { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, boolean> };
type Asked = (message: string) => Answer | Promise<Answer>;
type Call = (name: string, args: Record<string, unknown>) => Promise<{ isError: boolean; text: string }>;
type Reply = { isError?: boolean | undefined; content?: unknown };

const resultOf = ({ isError, content }: Reply) => ({
  isError: isError ?? false,
  text: (content as { text?: string }[]).map(({ text }) => text).join('\n'),
});

/** Clients that can put a question to their person: of the older SDK, of the current one in both eras, of the AI SDK. */
async function v1(start: Start, asked: Asked): Promise<Call> {
  const client = new OldClient({ name: 'v1', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({ ...(await asked(params.message)) }));
  await client.connect(new OldTransport({ ...start, stderr: 'ignore' }));
  onTestFinished(() => client.close());
  return async (name, args) => resultOf((await client.callTool({ name, arguments: args })) as Reply);
}

const v2 =
  (mode: 'legacy' | 'auto' | { pin: string }) =>
  async (start: Start, asked: Asked): Promise<Call> => {
    const client = new Client(
      { name: 'v2', version: '1' },
      { versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } },
    );
    client.setRequestHandler('elicitation/create', async ({ params }) => ({
      ...(await asked(params.message)),
    }));
    await client.connect(new StdioClientTransport({ ...start, stderr: 'ignore' }));
    onTestFinished(() => client.close());
    return async (name, args) => resultOf(await client.callTool({ name, arguments: args }));
  };

async function aiSdk({ command, args, cwd, env }: Start, asked: Asked): Promise<Call> {
  const client = await createMCPClient({
    transport: new Experimental_StdioMCPTransport({ command, args, cwd, env, stderr: 'ignore' }),
    capabilities: { elicitation: {} },
  });
  client.onElicitationRequest(AiElicitation, async ({ params }) => ({ ...(await asked(params.message)) }));
  onTestFinished(() => client.close());
  return async (name, given) =>
    resultOf((await client.callTool({ name, arguments: given, options: {} })) as Reply);
}

const exists = async (id: number) =>
  (await rest(inject('directus').admin.token)('GET', `/items/articles/${id}`)).status === 200;
const remove = (id: number) => ({ action: 'delete', collection: 'articles', keys: [id] });
const start = () => startOf({ flags: ['--allow-deletes'] });

describe.each([
  ['SDK v1', v1],
  ['SDK v2, legacy era', v2('legacy')],
  ['SDK v2, auto', v2('auto')],
  ['SDK v2, modern era', v2({ pin: MODERN })],
  ['AI SDK', aiSdk],
] as const)('%s asks its person', (_, connect) => {
  test('A9 with what would be changed, and a yes makes the change', async () => {
    const { id, title } = await freshArticle();
    const questions: string[] = [];
    const call = await connect(start(), async (message) => {
      questions.push(message);
      expect(await exists(id)).toBe(true);
      return { action: 'accept', content: { confirm: true } };
    });
    const answer = await call('items', remove(id));
    expect(answer.text).toContain(`"deleted":[${id}]`);
    expect(await exists(id)).toBe(false);
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatch(/wants to delete 1 row of articles, on http/);
    expect(questions[0]).toContain(title);
  });

  test.each<[string, Answer]>([
    ['no', { action: 'decline' }],
    ['cancel', { action: 'cancel' }],
    ['yes without the tick', { action: 'accept', content: { confirm: false } }],
    ['yes without an answer', { action: 'accept' }],
  ])('%s changes nothing, and the model is told', async (_name, reply) => {
    const { id } = await freshArticle();
    const call = await connect(start(), () => reply);
    // A client may refuse its own person's answer as incomplete; that is no yes either.
    const answer = await call('items', remove(id)).catch((error: Error) => ({
      isError: true,
      text: error.message,
    }));
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(/declined|confirm/i);
    expect(await exists(id)).toBe(true);
  });

  test('A11 what changed while the person thought is asked about anew', async () => {
    const { id } = await freshArticle();
    const api = rest(inject('directus').admin.token);
    const questions: string[] = [];
    const call = await connect(start(), async (message) => {
      questions.push(message);
      if (questions.length === 1) await api('PATCH', `/items/articles/${id}`, { title: 'Changed meanwhile' });
      return { action: 'accept', content: { confirm: true } };
    });
    expect((await call('items', remove(id))).text).toContain(`"deleted":[${id}]`);
    expect(questions).toHaveLength(2);
    expect(questions[1]).toMatch(/changed since the preview[\s\S]*Changed meanwhile/);
  });

  test('the model cannot answer in the place of the person', async () => {
    const { id } = await freshArticle();
    const call = await connect(start(), () => ({ action: 'decline' }));
    const dry = await call('items', { ...remove(id), dryRun: true });
    expect(dry.text).not.toContain('"confirm":');
    // A token that the same user got through a client that cannot ask.
    const quiet = await quietly();
    const { text } = await quiet('items', remove(id));
    const confirm = /"confirm":"([\w-]+)"/.exec(text)?.[1];
    expect(confirm).toBeTruthy();
    const answer = await call('items', { ...remove(id), confirm });
    expect(answer.text).toMatch(/declined/);
    expect(await exists(id)).toBe(true);
  });
});

async function quietly(): Promise<Call> {
  const client = new OldClient({ name: 'quiet', version: '1' });
  await client.connect(new OldTransport({ ...start(), stderr: 'ignore' }));
  onTestFinished(() => client.close());
  return async (name, args) => resultOf((await client.callTool({ name, arguments: args })) as Reply);
}

test('a client that only opens pages is not asked with a form', async () => {
  const { id } = await freshArticle();
  const client = new Client(
    { name: 'pages', version: '1' },
    { versionNegotiation: { mode: { pin: MODERN } }, capabilities: { elicitation: { url: {} } } },
  );
  await client.connect(new StdioClientTransport({ ...start(), stderr: 'ignore' }));
  onTestFinished(() => client.close());
  const { text } = resultOf(await client.callTool({ name: 'items', arguments: remove(id) }));
  expect(text).toContain('"confirm":');
});
