import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type NpmOptions = {
  cwd: string;
  /** Environment variables on top of this process's own. */
  env?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Called for each line npm prints. */
  onLine?: (line: string) => void;
};

/** Runs npm with the Node that runs this program. Resolves to its exit code and everything it printed. */
export async function runNpm(
  args: string[],
  options: NpmOptions,
): Promise<{ code: number | null; output: string }> {
  const { command, leading, shell } = npmCommand();
  const child = spawn(command, [...leading, ...args], {
    cwd: options.cwd,
    env: npmEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell,
    windowsHide: true,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    options.onLine?.(line);
  };
  const read = (stream: Readable) => createInterface({ input: stream }).on('line', keep);
  read(child.stdout);
  read(child.stderr);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output: lines.join('\n') };
}

/** npm as the one that started us if there is one, else as found on PATH. */
function npmCommand(): { command: string; leading: string[]; shell: boolean } {
  const script = process.env.npm_execpath;
  if (script && basename(script) === 'npm-cli.js' && existsSync(script)) {
    return { command: process.execPath, leading: [script], shell: false };
  }
  // On Windows npm is a batch file, which only a shell can start. The arguments are all our own words.
  return process.platform === 'win32'
    ? { command: 'npm.cmd', leading: [], shell: true }
    : { command: 'npm', leading: [], shell: false };
}

/** Install scripts call plain `node`: it has to be this one, or addons are built for another. */
function npmEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  // Left by an `npm run` around us, these would point npm at that project instead of its own folder.
  for (const name of ['npm_config_local_prefix', 'npm_config_global', 'npm_config_workspace'])
    delete env[name];
  const path = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[path] = [dirname(process.execPath), env[path]].filter(Boolean).join(delimiter);
  return { ...env, ...extra };
}

/** The folder to give node-gyp as `nodedir`: headers of exactly the Node that runs this program, if it has them. */
export function nodeHeaders(): string | undefined {
  const prefix = dirname(dirname(process.execPath));
  const name = headersPackage();
  return [prefix, join(prefix, 'node_modules', name), join(dirname(prefix), name)].find(hasHeaders);
}

/**
 * The npm package that holds this Node's headers, when Node itself came from the npm package `node` (which
 * keeps only the program). Undefined for any other installation.
 */
export function missingHeadersPackage(): string | undefined {
  const fromNpm =
    basename(dirname(dirname(process.execPath))) === 'node' && /node_modules/.test(process.execPath);
  return fromNpm && process.platform !== 'win32' && !nodeHeaders() ? headersPackage() : undefined;
}

function headersPackage(): string {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

/** Whether a folder has the headers of this very version: those of another build addons that do not load. */
export function hasHeaders(folder: string): boolean {
  try {
    const text = readFileSync(join(folder, 'include', 'node', 'node_version.h'), 'utf8');
    const part = (name: string) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1];
    return ['MAJOR', 'MINOR', 'PATCH'].map(part).join('.') === process.versions.node;
  } catch {
    return false;
  }
}
