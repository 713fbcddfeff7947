import { spaceError } from './cache-errors.ts';
import { SandboxError } from './errors.ts';

type Failure = { cacheFolder: string; version: string; log: string; output: string };

const COMPILER: Partial<Record<NodeJS.Platform, string>> = {
  linux:
    'install one (Debian and Ubuntu: apt install build-essential python3; Fedora: dnf install gcc-c++ make python3)',
  darwin: 'install one with: xcode-select --install',
  win32: 'install Visual Studio Build Tools with the C++ workload, and Python 3',
};

/** Turns the output of an npm that failed into one line that says what to do. */
export function explainNpm(failure: Failure, platform: NodeJS.Platform = process.platform): SandboxError {
  const { output, log } = failure;
  const cause =
    noSpace(output, failure.cacheFolder) ??
    noCompiler(output, platform) ??
    noNetwork(output) ??
    noVersion(output, failure.version) ??
    noRights(output, failure.cacheFolder);
  const last = /npm error (?!code|A complete log|path|command)(.+)/.exec(output)?.[1]?.trim();
  return new SandboxError(
    `${cause ?? `Installing Directus ${failure.version} failed${last ? ` (${last})` : ''}.`} Details: ${log}`,
  );
}

function noSpace(output: string, folder: string): string | undefined {
  return /ENOSPC|no space left on device|database or disk is full/i.test(output)
    ? spaceError(folder).message
    : undefined;
}

function noCompiler(output: string, platform: NodeJS.Platform): string | undefined {
  const tool = [
    [/Could not find any Python installation/i, 'Python 3'],
    [/Could not find any Visual Studio installation/i, 'Visual Studio Build Tools'],
    [/No Xcode or CLT version detected|no developer tools were found/i, 'Xcode Command Line Tools'],
    [/not found: (make|gmake)|spawn (make|gmake) ENOENT/, 'make'],
    [
      /(?:^|[\s:])(?:cc|gcc|g\+\+|c\+\+|clang(?:\+\+)?): (?:command |No such file|not found)/im,
      'a C++ compiler',
    ],
  ].find(([pattern]) => pattern instanceof RegExp && pattern.test(output))?.[1];
  if (!tool) return undefined;
  const how = COMPILER[platform] ?? 'install a C++ compiler, make and Python 3';
  return `Directus has native addons to build, and this machine has no compiler for them (${tool} was not found): ${how}, then start again.`;
}

const NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/;

function noNetwork(output: string): string | undefined {
  const code = /npm error code (\w+)/.exec(output)?.[1] ?? '';
  if (NETWORK.test(code)) {
    return `The npm registry cannot be reached (${code}): check the network, and \`npm config get registry\` and \`npm config get proxy\`, then start again.`;
  }
  if (/gyp (ERR!|http)/.test(output) && /nodejs\.org/.test(output) && NETWORK.test(output)) {
    return 'The headers of Node cannot be downloaded from nodejs.org: check the network, or set npm_config_nodedir to a folder that has them, then start again.';
  }
  return undefined;
}

function noVersion(output: string, version: string): string | undefined {
  return /npm error code (ETARGET|E404)/.test(output)
    ? `Directus ${version}, or a package it needs, is not on the npm registry: give another version with --directus.`
    : undefined;
}

function noRights(output: string, folder: string): string | undefined {
  return /npm error code (EACCES|EPERM|EROFS)/.test(output)
    ? `This user may not write in ${folder} or in npm's cache: mend the rights there, or set XDG_CACHE_HOME to another folder.`
    : undefined;
}
