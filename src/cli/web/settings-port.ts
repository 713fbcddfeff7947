import { unknownNames } from '../../guard/select.ts';
import { endpoint } from '../../server/http/endpoint.ts';
import { readFile } from '../../settings/sources.ts';
import { revisionOf, sealingKey, updateAll } from '../../settings/write.ts';
import type { SharedSettings } from '../../store/settings.ts';
import { tools } from '../../tools/list.ts';
import type { SettingsPort } from '../../web/server/settings/port.ts';
import { clientConfigs } from '../client-config.ts';
import { createPrompts, promptsView } from './prompts-collection.ts';

/** What the settings page reaches of the program. */
export function settingsPort(
  { read, reload }: Pick<SettingsPort, 'read' | 'reload'>,
  shared: SharedSettings | undefined,
): SettingsPort {
  return {
    read,
    revision: () => shared?.revision() ?? revisionOf(read().file),
    async write(updates) {
      const { file } = read();
      if (shared) await shared.update(updates, () => sealingKey(file));
      else updateAll(file, updates);
    },
    reload,
    faultsOf: (settings) => unknownNames(settings, tools),
    async tools(draft) {
      // It counts tokens, and to load what does takes a third of the time a start does.
      const { toolsView } = await import('./tools-view.ts');
      const loaded = read();
      const saved = shared?.source() ?? readFile(loaded.file, false);
      return toolsView(loaded, saved.values, draft);
    },
    prompts: (token, collection) => promptsView(read().settings, token, collection),
    createPrompts: (token, collection) => createPrompts(read().settings, token, collection),
    clients(address, windows) {
      const platform = windows ? 'win32' : 'linux';
      const url = endpoint(address);
      return {
        url,
        http: clientConfigs({ transport: 'http', httpUrl: url, platform }),
        stdio: clientConfigs({ transport: 'stdio', url: read().settings.directus.url, platform }),
      };
    },
  };
}
