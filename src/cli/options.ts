import { type Loaded, loadEnvFile, loadSettings } from '../settings/load.ts';
import type { Source } from '../settings/sources.ts';

/** What every command that reads settings takes from the command line. */
export type SettingsOptions = {
  config?: string;
  url?: string;
  toolMode?: string;
  readOnly?: boolean;
  allowDeletes?: boolean;
  toolsets?: string;
  tools?: string;
  exclude?: string;
  uploadRoots?: string;
  host?: string;
  port?: string;
  publicUrl?: string;
  model?: string;
  mcpConfig?: string;
  /** Settings that instances share, as they were read last; not from the command line. */
  shared?: () => Source | undefined;
};

const FLAGS: [keyof SettingsOptions, string][] = [
  ['url', '--url'],
  ['toolMode', '--tool-mode'],
  ['readOnly', '--read-only'],
  ['allowDeletes', '--allow-deletes'],
  ['toolsets', '--toolsets'],
  ['tools', '--tools'],
  ['exclude', '--exclude'],
  ['uploadRoots', '--upload-roots'],
  ['host', '--host'],
  ['port', '--port'],
  ['publicUrl', '--public-url'],
  ['model', '--model'],
  ['mcpConfig', '--mcp-config'],
];

/**
 * Loads the settings as the given command line, environment and file say.
 * @param shut groups of settings whose sealed secrets are none of the caller's business
 */
export function loadFor(options: SettingsOptions, shut: readonly string[] = []): Loaded {
  loadEnvFile();
  const flags = Object.fromEntries(
    FLAGS.flatMap(([key, flag]) => (options[key] === undefined ? [] : [[flag, options[key]]])),
  );
  return loadSettings({ config: options.config, flags, shut, shared: options.shared?.() });
}
