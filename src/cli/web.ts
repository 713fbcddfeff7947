import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { uploadsIn } from '../host/attachments/uploads.ts';
import { openConversations } from '../host/conversations/file-store.ts';
import { dataFolder } from '../host/conversations/folder.ts';
import { openLedger } from '../host/costs/ledger.ts';
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
import { rolesOf } from './web/roles.ts';
import { settingsPort } from './web/settings-port.ts';

/** `directus-assistant web`: the chat and the settings in a browser, and MCP at /mcp, at one address. */
export async function run(options: SettingsOptions): Promise<void> {
  const read = () => loadFor(options);
  await serve(
    options,
    [],
    (parts) => begin(parts, read),
    (url) => console.error(`The assistant is at ${new URL(url).origin}/`),
  );
}

/** Beside this file, where the package is built. */
const PAGES = fileURLToPath(new URL('./web', import.meta.url));

function begin({ loaded, reload, key, log, onSettings }: BesideParts, read: () => Loaded): Beside {
  const settings = () => loaded().settings;
  const inside = serveInside(loaded, log);
  onSettings(inside.renew);
  const folder = dataFolder();
  const ledger = openLedger({ folder });
  const uploads = uploadsIn(join(folder, 'uploads'));
  const warn = (text: string) => log({ event: 'warning', text });
  const allowances = createAllowances({ loaded, rolesOf: rolesOf(settings), warn });
  const ports: Ports = {
    key,
    settings,
    directus: directusPort(settings),
    admin: settingsPort({ read, reload }),
    serversFor: async (token) => [
      {
        name: 'directus',
        url: 'http://inside/mcp',
        fetch: (input, init) => inside.fetchFor(token())(input, init),
      },
    ],
    keepingFor: (user) => ({
      conversations: openConversations({
        folder: join(folder, 'people', personal(settings().directus.url, user().id)),
      }),
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
    },
  };
}

/** The name of a person's own folder: ids of one Directus say nothing in another. */
const personal = (directus: string | undefined, user: string): string =>
  createHash('sha256').update(`${directus} ${user}`).digest('hex').slice(0, 32);
