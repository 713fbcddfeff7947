import type { StdioServer } from '../host/index.ts';
import { leaves } from '../settings/leaves.ts';
import type { SettingsOptions } from './options.ts';

/** Variables any process of Node may need to reach the network as this one does. */
export const NETWORK = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_ENV_PROXY',
];

/** Where it finds the settings file. */
const FOLDERS = ['XDG_CONFIG_HOME', 'APPDATA'];

/**
 * The server of this package as the chat starts it. It gets the settings that concern it; the keys of model
 * providers are none of its business.
 * @param bin the script this process runs
 */
export function ownServer(bin: string, options: SettingsOptions, env: NodeJS.ProcessEnv): StdioServer {
  const settings = leaves.filter(({ path }) => path[0] !== 'ai');
  const namesOf = (some: typeof settings) => some.flatMap(({ meta }) => meta.env ?? []);
  const passed = [...namesOf(settings), ...NETWORK, ...FOLDERS].flatMap((name): [string, string][] => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    name: 'directus',
    command: process.execPath,
    args: [bin, 'mcp', ...flagsOf(options)],
    env: Object.fromEntries(passed),
    secret: namesOf(settings.filter(({ meta }) => meta.secret)),
  };
}

/** The flags of `mcp` as they were typed. */
function flagsOf(options: SettingsOptions): string[] {
  const texts: [string, string | undefined][] = [
    ['--config', options.config],
    ['--url', options.url],
    ['--tool-mode', options.toolMode],
    ['--toolsets', options.toolsets],
    ['--tools', options.tools],
    ['--exclude', options.exclude],
    ['--upload-roots', options.uploadRoots],
  ];
  return [
    ...texts.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
    ...(options.readOnly ? ['--read-only'] : []),
    ...(options.allowDeletes ? ['--allow-deletes'] : []),
  ];
}
