import { join } from 'node:path';
import { accounts } from './accounts.ts';

/** Of the caller's environment only this reaches Directus: it reads every variable as a setting of its own. */
const PASSED = [
  'PATH',
  'Path',
  'HOME',
  'USERPROFILE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'LANG',
  'LD_LIBRARY_PATH',
];

export type Place = {
  /** Where Directus is installed. */
  install: string;
  /** Where its database, uploads and log are. */
  folder: string;
  port: number;
  /** Settings beside those below. */
  env?: Record<string, string> | undefined;
};

/** The settings of a sandboxed Directus: loopback, SQLite, quiet, no rate limits, nothing sent anywhere. */
export function directusEnvironment(place: Place, env = process.env): Record<string, string> {
  const passed = PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return {
    ...Object.fromEntries(passed),
    TZ: 'UTC',
    HOST: '127.0.0.1',
    PORT: String(place.port),
    PUBLIC_URL: urlOf(place.port),
    // Data of a sandbox is worth nothing to a thief, and a kept folder has to open again.
    SECRET: 'directus-assistant-sandbox-secret-0001',
    DB_CLIENT: 'sqlite3',
    DB_FILENAME: join(place.folder, 'data.db'),
    STORAGE_LOCATIONS: 'local',
    STORAGE_LOCAL_ROOT: join(place.folder, 'uploads'),
    EXTENSIONS_PATH: join(place.folder, 'extensions'),
    TEMP_PATH: join(place.folder, 'tmp'),
    PACKAGE_FILE_LOCATION: place.install,
    ADMIN_EMAIL: accounts.admin.email,
    ADMIN_PASSWORD: accounts.admin.password,
    ADMIN_TOKEN: accounts.admin.token,
    PROJECT_NAME: 'The Harrowmere Courier',
    PROJECT_OWNER_ENABLED: 'false',
    LOG_LEVEL: 'warn',
    TELEMETRY: 'false',
    // Files may be fetched from this machine, the only one that a sandbox without a network can fetch them from.
    IMPORT_IP_DENY_LIST: '0.0.0.0/8,169.254.0.0/16',
    EMAIL_VERIFY_SETUP: 'false',
    MCP_ENABLED: 'true',
    RATE_LIMITER_ENABLED: 'false',
    RATE_LIMITER_GLOBAL_ENABLED: 'false',
    PRESSURE_LIMITER_ENABLED: 'false',
    SERVER_SHUTDOWN_TIMEOUT: '200',
    ...place.env,
  };
}

export const urlOf = (port: number) => `http://127.0.0.1:${port}`;
