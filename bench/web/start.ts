import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { openStore } from '../../src/cli/web/keeping.ts';
import type { ConversationStore } from '../../src/host/conversations/store.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import type { Instance } from '../figure.ts';

/** The built pages on an instance, and a browser. */
export type Pages = {
  url: string;
  /** A browser without anything in its cache, in which the editor is signed in. */
  context(): Promise<BrowserContext>;
  /** The editor's conversations, as the server keeps them. */
  conversations: ConversationStore;
  stop(): Promise<void>;
};

const MODELS = [{ name: 'bench', baseUrl: 'http://127.0.0.1:9/v1', models: ['none'] }];

/** Starts the pages with one model, which is never asked. Needs Chromium; CHROMIUM names another one. */
export async function startPages(bin: string, { url: directus, editorToken }: Instance): Promise<Pages> {
  const home = await mkdtemp(join(tmpdir(), 'bench-web-'));
  const config = join(home, 'directus-assistant.json');
  await writeFile(config, JSON.stringify({ ai: { compatible: MODELS } }));
  const child = spawn(process.execPath, [bin, 'web', '--port', '0', '--config', config], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, DIRECTUS_URL: directus },
  });
  const url = await addressIn(createInterface(child.stderr));
  child.stderr.resume();
  const browser: Browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const settings = settingsSchema.parse({ directus: { url: directus } });
  const store = await openStore(() => settings, join(home, 'directus-assistant'));
  return {
    url,
    async context() {
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 } });
      await context.request.post('/api/session', { data: { token: editorToken }, headers: { origin: url } });
      return context;
    },
    conversations: store.conversationsOf(await userOf(directus, editorToken), () => editorToken),
    async stop() {
      await browser.close();
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [, address] = /^The assistant is at (\S+)\/$/.exec(line) ?? [];
    if (address) return address;
  }
  throw new Error('The pages were not served.');
}

async function userOf(directus: string, token: string): Promise<string> {
  const reply = await fetch(`${directus}/users/me?fields=id`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await reply.json()) as { data: { id: string } }).data.id;
}
