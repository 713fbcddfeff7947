import { createUIMessageStreamResponse } from 'ai';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import * as z from 'zod';
import { mostBytes } from '../../../host/attachments/limits.ts';
import { toAttachment } from '../../../host/attachments/read.ts';
import type { Conversations, LiveEvent, Models, Prompts, TurnInput } from '../../api.ts';
import type { Env } from '../env.ts';
import type { Ports } from '../ports.ts';
import { ProblemError } from '../problem.ts';
import { readJson } from '../read-json.ts';
import { extraInput } from './extras.ts';
import { modelsFor } from './models.ts';
import type { People, Person } from './people.ts';
import type { Room } from './room.ts';
import { stored } from './stored.ts';

type C = Context<Env>;

/** Conversations a page gets at once. */
const PAGE = 50;
/** So often an idle stream says that it is there. */
const ALIVE_MS = 15_000;

const turnInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('send'),
    text: z.string().max(1_000_000),
    extras: z.array(extraInput),
    model: z.string().exactOptional(),
    instead: z.string().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('answer'),
    decisions: z.array(
      z.strictObject({
        approvalId: z.string(),
        decision: z.enum(['yes', 'no', 'always']),
        reason: z.string().max(10_000).exactOptional(),
        shown: z.string(),
      }),
    ),
  }),
  z.strictObject({ kind: z.literal('resume') }),
]) satisfies z.ZodType<TurnInput>;

/** What the chat page calls. */
export function chatRoutes(ports: Ports, people: People): Hono<Env> {
  const personOf = (c: C): Person => people.of(c.get('signed'));
  const roomOf = (c: C): Promise<Room> => personOf(c).rooms.open(c.req.param('id') ?? '');
  const app = new Hono<Env>();

  app.get('/models', (c) => c.json<Models>(modelsFor(ports.settings().ai, personOf(c).allowance().refusal)));
  app.get('/prompts', async (c) => {
    const servers = await personOf(c).servers();
    return c.json<Prompts>({ prompts: await servers.prompts() });
  });
  app.get('/events', (c) => events(c, personOf(c), people.stopping));

  app.get('/conversations', async (c) => c.json(await listed(c, personOf(c))));
  app.post('/conversations', async (c) => c.json({ id: await personOf(c).rooms.create() }, 201));
  app.get('/conversations/:id', async (c) => c.json((await roomOf(c)).view()));
  app.patch('/conversations/:id', async (c) => {
    const { title } = await readJson(c, z.strictObject({ title: z.string().min(1).max(500) }));
    await personOf(c).rooms.rename(c.req.param('id'), title);
    return c.body(null, 204);
  });
  app.delete('/conversations/:id', async (c) => {
    await personOf(c).rooms.remove(c.req.param('id'));
    return c.body(null, 204);
  });
  app.get('/conversations/:id/export', async (c) => {
    const format = c.req.query('format') === 'json' ? 'json' : 'markdown';
    const { conversations } = personOf(c);
    const text = await stored(() => conversations.exportAs(c.req.param('id'), format));
    const [type, end] = format === 'json' ? ['application/json', 'json'] : ['text/markdown', 'md'];
    return c.body(text, 200, {
      'content-type': `${type}; charset=utf-8`,
      'content-disposition': `attachment; filename="conversation.${end}"`,
    });
  });

  app.post('/conversations/:id/turn', async (c) => {
    const input = await readJson(c, turnInput);
    const room = await roomOf(c);
    await room.begin(input);
    return c.json(room.view());
  });
  app.get('/conversations/:id/stream', async (c) => {
    const stream = (await roomOf(c)).stream();
    return stream ? createUIMessageStreamResponse({ stream, keepAliveMs: ALIVE_MS }) : c.body(null, 204);
  });
  app.post('/conversations/:id/stop', async (c) => {
    (await roomOf(c)).stop();
    return c.body(null, 204);
  });
  app.get('/conversations/:id/changes', async (c) => c.json((await roomOf(c)).changes()));
  app.post('/conversations/:id/changes/undo', async (c) => {
    const input = z.strictObject({ toolCallIds: z.array(z.string()).exactOptional() });
    const { toolCallIds } = await readJson(c, input);
    const room = await roomOf(c);
    await room.undo(toolCallIds);
    return c.json(room.view());
  });

  const tooLarge = (): never => {
    throw new ProblemError('invalid', `A file may have ${mostBytes / 1_000_000} MB at most.`);
  };
  app.post(
    '/conversations/:id/attachments',
    bodyLimit({ maxSize: mostBytes, onError: tooLarge }),
    async (c) => {
      const name = (c.req.query('name') ?? '').split(/[\\/]/).at(-1)?.slice(0, 200) || 'file';
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      return c.json(await (await roomOf(c)).attach(name, bytes), 201);
    },
  );
  app.get('/conversations/:id/attachments/:hash', async (c) => {
    const bytes = await (await roomOf(c)).attachment(c.req.param('hash'));
    return attachment(c, bytes);
  });
  return app;
}

async function listed(c: C, { conversations }: Person): Promise<Conversations> {
  const search = c.req.query('search')?.trim();
  if (search) return { conversations: await stored(() => conversations.search(search, PAGE)), more: false };
  const [id, updatedAt] = [c.req.query('before'), c.req.query('updatedAt')];
  const before = id !== undefined && updatedAt !== undefined ? { before: { id, updatedAt } } : {};
  const found = await stored(() => conversations.list({ limit: PAGE + 1, ...before }));
  return { conversations: found.slice(0, PAGE), more: found.length > PAGE };
}

/** What of this page's person happens, as server-sent events, until the page goes away or the server stops. */
function events(c: C, person: Person, stopping: AbortSignal): Response {
  return streamSSE(c, async (stream) => {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const end = () => resolve();
    // The server lives longer than its pages: it must not remember each of them.
    stopping.addEventListener('abort', end);
    stream.onAbort(end);
    if (stream.aborted || stopping.aborted) end();
    const write = (event: LiveEvent) => void stream.writeSSE({ data: JSON.stringify(event) });
    const stop = person.listen(write);
    const alive = setInterval(() => void stream.write(': alive\n\n'), ALIVE_MS);
    await stream.write(': open\n\n');
    await over;
    stopping.removeEventListener('abort', end);
    clearInterval(alive);
    stop();
  });
}

/** Pictures, sounds and videos are shown where they stand; anything else is only given to be kept. */
async function attachment(c: C, bytes: Uint8Array): Promise<Response> {
  const { mediaType } = await toAttachment('file', bytes);
  const isShown = /^(image|audio|video)\//.test(mediaType) && !mediaType.includes('svg');
  return c.body(new Uint8Array(bytes), 200, {
    'content-type': mediaType,
    'cache-control': 'private, max-age=86400, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    ...(isShown ? {} : { 'content-disposition': 'attachment' }),
  });
}
