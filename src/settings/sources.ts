import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Leaf, leaves, setAt } from './leaves.ts';

/** Values of one origin, before they are combined: a partial settings object and the name of each value's origin. */
export type Source = {
  values: Record<string, unknown>;
  from: (leaf: Leaf) => string;
  problems: string[];
  /** There should be something, but nothing can be said of what it holds. */
  unreadable?: boolean;
};

export const FILE_NAME = 'directus-assistant.json';

/** The folder for a person's own settings: `$XDG_CONFIG_HOME`, `%APPDATA%` or `~/.config`. */
export function userConfigFolder(env: NodeJS.ProcessEnv): string {
  const base =
    env.XDG_CONFIG_HOME ??
    (process.platform === 'win32' ? env.APPDATA : undefined) ??
    join(homedir(), '.config');
  return join(base, 'directus-assistant');
}

/**
 * Where the settings file is: the one named, the one in the working folder, or the one in the user's config folder.
 * @returns its path, whether or not it exists; a new file belongs there.
 */
export function findFile(named: string | undefined, env: NodeJS.ProcessEnv, cwd: string): string {
  if (named) return resolve(cwd, named);
  const local = join(cwd, FILE_NAME);
  const own = join(userConfigFolder(env), FILE_NAME);
  return !existsSync(local) && existsSync(own) ? own : local;
}

/** Reads the settings file. A file that is not there is empty, unless it was asked for by name. */
export function readFile(path: string, named: boolean): Source {
  const source: Source = { values: {}, from: () => path, problems: [] };
  if (!existsSync(path)) {
    if (named) {
      source.unreadable = true;
      source.problems.push(`There is no settings file at ${path}. Create it, or leave out --config.`);
    }
    return source;
  }
  try {
    source.values = parseObject(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    source.unreadable = true;
    source.problems.push(`The settings file ${path} cannot be read: ${why}. Mend it or remove it.`);
  }
  return source;
}

/**
 * Parses the text of a settings file.
 * @throws Error saying why it is no JSON object, without quoting it: it may hold keys
 */
export function parseObject(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    // Editors on Windows write a byte order mark.
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // V8 quotes what surrounds the fault: `Unexpected token 'x', ..."en":x"sk-"... is not valid JSON`.
    throw new Error(why.replace(/,? ?(\.\.\.)?"[\s\S]*$/, '') || 'it is not JSON');
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  throw new Error('it must hold a JSON object, { ... }');
}

/** Reads the variables that the schema names. Lists may be `a,b` or a JSON array; empty means not set. */
export function readEnvironment(env: NodeJS.ProcessEnv): Source {
  const source: Source = { values: {}, from: () => 'environment', problems: [] };
  const used = new Map<Leaf, string>();
  for (const leaf of leaves) {
    const name = leaf.meta.env?.find((candidate) => env[candidate]?.trim());
    const text = name ? env[name] : undefined;
    if (!name || text === undefined) continue;
    used.set(leaf, name);
    try {
      setAt(source.values, leaf.path, fromText(leaf, text.trim()));
    } catch (error) {
      source.problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  source.from = (leaf) => used.get(leaf) ?? 'environment';
  return source;
}

/** Takes values that the command line has already parsed, keyed by their flag. */
export function readFlags(flags: Record<string, unknown>): Source {
  const source: Source = { values: {}, from: (leaf) => leaf.meta.flag ?? 'flag', problems: [] };
  for (const leaf of leaves) {
    const value = leaf.meta.flag ? flags[leaf.meta.flag] : undefined;
    if (value === undefined) continue;
    try {
      setAt(source.values, leaf.path, typeof value === 'string' ? fromText(leaf, value) : value);
    } catch (error) {
      source.problems.push(`${leaf.meta.flag}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return source;
}

const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);

/** Turns text into what the setting holds, as far as text can say it; the schema checks the rest. */
function fromText(leaf: Leaf, text: string): unknown {
  const kind = baseKind(leaf.type);
  if (kind === 'boolean') {
    const word = text.toLowerCase();
    if (TRUE.has(word)) return true;
    if (FALSE.has(word)) return false;
    throw new Error(`"${text}" is neither true nor false.`);
  }
  if (kind === 'number') return Number(text);
  if (kind === 'array') return listFromText(text);
  return text;
}

function listFromText(text: string): unknown {
  if (!text.startsWith('[')) {
    return text
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not a JSON array. Write a,b or ["a","b"].');
  }
}

/** The type below defaults and optionals. */
function baseKind(type: Leaf['type']): string {
  const definition = type.def as { type: string; innerType?: Leaf['type'] };
  return definition.innerType ? baseKind(definition.innerType) : definition.type;
}
