import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { uploadsIn } from '../host/attachments/uploads.ts';
import { dataFolder } from '../host/conversations/folder.ts';
import { createMeter } from '../host/costs/meter.ts';
import { serveInside } from '../server/inside.ts';
import type { Loaded } from '../settings/load.ts';
import { createWeb } from '../web/server/app.ts';
import type { Ports } from '../web/server/ports.ts';
import { createAllowances } from '../web/server/usage/allowances.ts';
import { approvalSecret } from './chat-keep.ts';
import { loadFor, type SettingsOptions } from './options.ts';
import { type Beside, type BesideParts, serve } from './serve.ts';
import { directusPort } from './web/directus-port.ts';
import { openStore, type Store } from './web/keeping.ts';
import { rolesOf } from './web/roles.ts';
import { settingsPort } from './web/settings-port.ts';

/** `directus-assistant web`: the chat and the settings in a browser, and MCP at /mcp, at one address. */
export async function run(given: SettingsOptions): Promise<void> {
  let store: Store | undefined;
  const options: SettingsOptions = { ...given, shared: () => store?.shared?.source() };
  const read = () => loadFor(options);
  let { settings } = read();
  const opened = await openStore(() => settings, dataFolder()).catch((error: Error) => error);
  if (opened instanceof Error) {
    console.error(opened.message);
    process.exitCode = 2;
    return;
  }
  store = opened;
  await serve(
    options,
    [],
    (parts) => {
      parts.onSettings(() => {
        settings = parts.loaded().settings;
      });
      return begin(parts, read, opened);
    },
    (url) => console.error(`The assistant is at ${new URL(url).origin}/`),
  );
}

/** Beside this file, where the package is built. */
const PAGES = fileURLToPath(new URL('./web', import.meta.url));

function begin(
  { loaded, reload, key, log, onSettings }: BesideParts,
  read: () => Loaded,
  store: Store,
): Beside {
  const settings = () => loaded().settings;
  const inside = serveInside(loaded, log);
  onSettings(inside.renew);
  const { ledger } = store;
  const uploads = uploadsIn(join(dataFolder(), 'uploads'));
  const unwatch = store.shared?.watch(reload);
  const warn = (text: string) => log({ event: 'warning', text });
  const allowances = createAllowances({ loaded, rolesOf: rolesOf(settings), warn });
  const ports: Ports = {
    key,
    settings,
    directus: directusPort(settings),
    admin: settingsPort({ read, reload }, store.shared),
    serversFor: async (token) => [
      {
        name: 'directus',
        url: 'http://inside/mcp',
        fetch: (input, init) => inside.fetchFor(token())(input, init),
      },
    ],
    keepingFor: (user, token) => ({
      conversations: store.conversationsOf(user().id, token),
      meter: createMeter({ ledger, user: user(), limits: () => allowances.of(user()).limits }),
      uploads,
      approvalSecret: approvalSecret(key),
    }),
    ledger,
    allowances,
    warn,
    onSettings,
  };
  const web = createWeb(ports, PAGES);
  return {
    pages: web.fetch,
    async stop() {
      await web.stop();
      await inside.close();
      unwatch?.();
      store.close();
    },
  };
}
