import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChatModel, connectServers, quickModel, type Servers } from '../../host/index.ts';
import { type DemoModel, startDemoModel } from '../../sandbox/demo-model.ts';
import { type OnProgress, type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { ownServer } from '../chat-server.ts';

/** A Directus with content, a model and the tools, all on this machine. */
export type Newsroom = {
  sandbox: Sandbox;
  model: ChatModel;
  /** Where the model is asked, for programs that open it themselves. */
  endpoint: Pick<DemoModel, 'baseUrl' | 'model'>;
  servers: Servers;
  stop(): Promise<void>;
};

export type NewsroomOptions = {
  /** Version of Directus. */
  version?: string | undefined;
  /** Port of Directus on loopback. */
  port?: number | undefined;
  onProgress: OnProgress;
  signal: AbortSignal;
};

/** Settings of the demo alone, so that those of the person who tries it neither matter nor change. */
export const SETTINGS = { allowDeletes: true, prompts: { collection: 'ai_prompts' } };

/** Starts everything the demo needs. What has started when something fails, or the signal fires, is stopped again. */
export async function openNewsroom({
  version,
  port,
  onProgress,
  signal,
}: NewsroomOptions): Promise<Newsroom> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    // The last one started is stopped first; one that fails to stop must not keep the others alive.
    await Promise.allSettled(
      stops
        .splice(0)
        .reverse()
        .map((each) => each()),
    );
  };
  try {
    const sandbox = await startSandbox({ version, port, onProgress, signal });
    stops.push(() => sandbox.stop());
    const demo = await startDemoModel({ signal });
    stops.push(() => demo.stop());
    const folder = await mkdtemp(join(tmpdir(), 'directus-assistant-demo-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const servers = await startServer(sandbox, folder, signal);
    stops.push(() => servers.close());
    return { sandbox, model: await open(demo), endpoint: demo, servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts this program's own MCP server, as any client would. */
async function startServer({ url, admin }: Sandbox, folder: string, signal: AbortSignal): Promise<Servers> {
  const config = join(folder, 'directus-assistant.json');
  await writeFile(config, JSON.stringify(SETTINGS));
  // In a folder of its own, because a `.env` where the person stands would change what the demo shows.
  const own = ownServer(
    process.argv[1] ?? '',
    { config },
    { DIRECTUS_URL: url, DIRECTUS_TOKEN: admin.token },
  );
  const servers = await connectServers([{ ...own, cwd: folder }], { signal });
  const failed = servers.status().find(({ state }) => state !== 'connected');
  if (!failed) return servers;
  await servers.close();
  throw new Error(`The MCP server did not start. ${failed.problem ?? ''}`);
}

async function open({ baseUrl, model }: DemoModel): Promise<ChatModel> {
  const opened = await quickModel({ baseUrl, model });
  return { ...opened, name: 'demo', label: 'the demo model' };
}
