import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's cache folder for this program: what is in it can be deleted at any time and comes back. */
export function cacheFolder(env = process.env, platform: NodeJS.Platform = process.platform): string {
  const base =
    platform === 'win32'
      ? (env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : (env.XDG_CACHE_HOME ?? join(homedir(), '.cache'));
  return join(base, 'directus-assistant');
}

/** Where one version of Directus is installed. Native addons fit one ABI of Node, so that is in the name. */
export function directusFolder(version: string): string {
  return join(cacheFolder(), `directus-${version}-abi${process.versions.modules}`);
}
