import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder for what this program keeps for a person: `$XDG_DATA_HOME` or `~/.local/share`, on macOS
 * `~/Library/Application Support`, on Windows `%LOCALAPPDATA%`.
 */
export function dataFolder(env = process.env, platform: NodeJS.Platform = process.platform): string {
  return join(env.XDG_DATA_HOME || usual(env, platform), 'directus-assistant');
}

function usual(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return join(homedir(), '.local', 'share');
}
