import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../settings/lock.ts';
import { SPACE_NEEDED, spaceError } from './cache-errors.ts';
import { SandboxError } from './errors.ts';
import { hasHeaders, missingHeadersPackage, type NpmOptions, nodeHeaders, runNpm } from './npm.ts';
import { explainNpm } from './npm-errors.ts';
import { cacheFolder, directusFolder } from './paths.ts';
import type { OnProgress } from './progress.ts';

/** The addons Directus cannot start without. Only their install scripts run; all others are left out. */
const ADDONS = ['argon2', 'isolated-vm', 'sharp', 'sqlite3'];
const SQLITE3 = '6.0.1';
/** Without a network, the first request tells so within seconds instead of minutes. */
const IMPATIENT = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier'];

export type InstallOptions = { onProgress: OnProgress; signal?: AbortSignal | undefined };

/**
 * The folder with an installed Directus, which is installed first if need be (once per version and Node ABI).
 * Throws a SandboxError that says what to do.
 */
export async function ensureDirectus(version: string, options: InstallOptions): Promise<string> {
  if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) {
    throw new SandboxError(`"${version}" is no version of Directus: give one like 11.17.4.`);
  }
  const folder = directusFolder(version);
  if (isComplete(folder)) return folder;
  const onWait = () =>
    options.onProgress({
      stage: 'install',
      text: `Waiting: another process is installing Directus ${version}`,
    });
  return withLock(`${folder}.lock`, { onWait, signal: options.signal }, async () => {
    if (!isComplete(folder)) await install(version, folder, options);
    return folder;
  });
}

const marker = (folder: string) => join(folder, '.complete');
const isComplete = (folder: string) => existsSync(marker(folder));

async function install(version: string, folder: string, options: InstallOptions): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const disk = await statfs(folder);
  if (disk.bavail * disk.bsize < SPACE_NEEDED) throw spaceError(cacheFolder());
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest(version), null, 2));

  const log = `${folder}.log`;
  const npm = async (args: string[], npmOptions: Partial<NpmOptions> = {}) => {
    const result = await runNpm(args, { cwd: folder, signal: options.signal, ...npmOptions });
    await writeFile(log, result.output, { flag: 'a' });
    // A full disk is only a warning to npm: it leaves empty files behind and calls that a success.
    if (result.code !== 0 || result.output.includes('TAR_ENTRY_ERROR ENOSPC')) {
      throw explainNpm({ version, log, output: result.output, cacheFolder: cacheFolder() });
    }
  };
  const report = (fraction: number, text: string) => options.onProgress({ stage: 'install', text, fraction });
  await rm(log, { force: true });
  const total = await resolveTree(version, folder, npm, report);
  await download(version, total, npm, report);
  await buildAddons(npm, report);
  await rm(log, { force: true });
  await writeFile(marker(folder), '');
}

/** npm 11 wants install scripts approved by name; one sqlite3 for all, or it is built twice. */
function manifest(version: string): object {
  return {
    private: true,
    dependencies: { directus: version, sqlite3: SQLITE3 },
    overrides: { sqlite3: '$sqlite3' },
    allowScripts: Object.fromEntries(ADDONS.map((name) => [name, true])),
  };
}

type Npm = (args: string[], options?: Partial<NpmOptions>) => Promise<void>;
type Report = (fraction: number, text: string) => void;

/** Settles every version first: that tells how many packages there are to fetch. */
async function resolveTree(version: string, folder: string, npm: Npm, report: Report): Promise<number> {
  let asked = 0;
  report(0, `Looking up what Directus ${version} needs`);
  await npm(
    [
      'install',
      '--package-lock-only',
      '--omit-lockfile-registry-resolved=false',
      '--loglevel=http',
      ...IMPATIENT,
      ...QUIET,
    ],
    {
      onLine: (line) => {
        if (line.includes('npm http fetch'))
          report(0.15 * (1 - 1 / (1 + ++asked / 500)), 'Looking up packages');
      },
    },
  );
  const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'));
  return Math.max(1, Object.keys(lock.packages ?? {}).length);
}

async function download(version: string, total: number, npm: Npm, report: Report): Promise<void> {
  let fetched = 0;
  report(0.15, `Downloading Directus ${version}`);
  await npm(['ci', '--ignore-scripts', '--include=optional', '--loglevel=http', ...QUIET], {
    onLine: (line) => {
      if (!/npm http fetch GET 200 .*\.tgz/.test(line)) return;
      fetched = Math.min(fetched + 1, total);
      report(0.15 + 0.45 * (fetched / total), `Downloading packages (${fetched} of about ${total})`);
    },
  });
}

async function buildAddons(npm: Npm, report: Report): Promise<void> {
  const headers = nodeHeaders() ?? (await downloadHeaders(npm, report));
  let done = 0;
  report(0.6, 'Building native addons');
  await npm(['rebuild', ...ADDONS, '--ignore-scripts=false', '--loglevel=info', ...QUIET], {
    env: headers ? { npm_config_nodedir: headers } : {},
    onLine: (line) => {
      const [, name, code] = /npm info run (@?[^@\s]+)@\S+ install (\{ code: 0)?/.exec(line) ?? [];
      if (!name) return;
      if (code) done += 1;
      report(0.6 + 0.4 * (done / ADDONS.length), `Building native addon ${name} (may take a minute)`);
    },
  });
}

/** The npm package `node` can lose its headers to a later `npm install`: they come back from where it came. */
async function downloadHeaders(npm: Npm, report: Report): Promise<string | undefined> {
  const name = missingHeadersPackage();
  if (!name) return undefined;
  const folder = join(cacheFolder(), `headers-${process.versions.node}`);
  const headers = join(folder, 'node_modules', name);
  if (hasHeaders(headers)) return headers;
  report(0.6, 'Downloading the headers of Node');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await npm(['install', `${name}@${process.versions.node}`, '--ignore-scripts', ...QUIET], { cwd: folder });
  await rm(join(headers, 'bin'), { recursive: true, force: true });
  return headers;
}
