import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import * as z from 'zod';
import { checkProvider } from '../../../host/index.ts';
import type { OfferedModels, PromptsView, SettingsView, TestEvent, ToolsView } from '../../settings-api.ts';
import type { Env } from '../env.ts';
import type { Ports } from '../ports.ts';
import { ProblemError } from '../problem.ts';
import { readJson } from '../read-json.ts';
import { offeredModels, questionInput, settingsWith } from './ask-provider.ts';
import { changeInput, save } from './save.ts';
import { viewOf } from './view.ts';

type C = Context<Env>;

const collectionName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'use a-z, 0-9 and _ only, with a letter first')
  .max(64)
  .refine((name) => !name.startsWith('directus_'), 'names with directus_ are of Directus itself');

const draftInput = z.strictObject({
  exclude: z.array(z.string()),
  move: z.strictObject({ name: z.string(), on: z.boolean() }).exactOptional(),
});

/** What the settings page calls; admins only. */
export function settingsRoutes({ admin, settings }: Ports): Hono<Env> {
  const app = new Hono<Env>();
  const ai = () => admin.read().settings.ai;

  app.use(async (c, next) => {
    if (!c.get('signed').user.admin)
      throw new ProblemError('refused', 'Settings are for administrators of this Directus.');
    await next();
  });

  app.get('/', (c) => c.json<SettingsView>(viewOf(admin)));
  app.patch('/', async (c) => c.json<SettingsView>(await save(admin, await readJson(c, changeInput))));

  app.post('/test', async (c) => test(c, settingsWith(ai(), await readJson(c, questionInput))));
  app.get('/models', async (c) =>
    c.json<OfferedModels>(await offeredModels(ai(), c.req.query('provider') ?? '', c.req.raw.signal)),
  );
  app.post('/models', async (c) => {
    const asked = settingsWith(ai(), await readJson(c, questionInput));
    return c.json<OfferedModels>(await offeredModels(asked.ai, asked.provider, c.req.raw.signal));
  });

  app.get('/tools', async (c) => c.json<ToolsView>(await admin.tools()));
  app.post('/tools', async (c) => c.json<ToolsView>(await admin.tools(await readJson(c, draftInput))));

  app.get('/prompts', async (c) => {
    const collection = c.req.query('collection') || (settings().prompts.collection ?? '');
    return c.json<PromptsView>(await admin.prompts(c.get('signed').token, collection));
  });
  app.post('/prompts', async (c) => {
    const { collection } = await readJson(c, z.strictObject({ collection: collectionName }));
    const { token } = c.get('signed');
    await admin.createPrompts(token, collection);
    return c.json<PromptsView>(await admin.prompts(token, collection), 201);
  });

  app.get('/clients', (c) => {
    const address = settings().http.publicUrl ?? new URL(c.req.url).origin;
    return c.json(admin.clients(address, c.req.query('windows') === 'true'));
  });
  return app;
}

/** Tries a provider, and tells each finding as it comes, until the page goes away. */
function test(c: C, { ai, provider }: ReturnType<typeof settingsWith>): Response {
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const write = (event: TestEvent) => void stream.writeSSE({ data: JSON.stringify(event) });
    const { ok } = await checkProvider(ai, provider, {
      signal: gone.signal,
      onResult: (result) => write({ type: 'result', result }),
    });
    await stream.writeSSE({ data: JSON.stringify({ type: 'end', ok } satisfies TestEvent) });
  });
}
