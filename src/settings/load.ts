import { existsSync } from 'node:fs';
import { existingKey } from './key.ts';
import { type Leaf, leaves, setAt, shapeAt, valueAt } from './leaves.ts';
import { POLICIES, type Settings, settingsSchema } from './schema.ts';
import { openSecrets } from './secrets.ts';
import { findFile, readEnvironment, readFile, readFlags, type Source } from './sources.ts';
import { didYouMean } from './suggest.ts';

export type Loaded = {
  settings: Settings;
  /** The settings file that was read, or where a new one would go. */
  file: string;
  /** Where changes are saved, for people: that file, or what instances share. */
  place: string;
  /** What is wrong, each a sentence that says what to do. With any, the server must stay read-only (A26). */
  problems: string[];
  /** For each setting (`tools.exclude`), where its value comes from: `default`, a file, a variable, a flag. */
  origins: Map<string, string>;
  /** The file is there, or should be, and cannot be read. */
  unreadable?: boolean;
  /** Secrets that stand in the file as plain text (`ai.compatible.ollama.apiKey`). They count like any other. */
  plainSecrets?: string[];
};

export type LoadOptions = {
  /** `--config FILE`. */
  config?: string | undefined;
  /** Values from the command line, keyed by flag (`--read-only`). */
  flags?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Groups (`ai`) whose sealed secrets count as not set: who does not need keys should not hold them. */
  shut?: readonly string[];
  /** What several instances share beside their files; it counts after the file. Its secrets are opened in place. */
  shared?: Source | undefined;
};

/**
 * Combines defaults, file, environment and flags, later ones winning, except that what denies always wins.
 * Never throws for what people wrote: a value that does not fit is left out and reported in `problems`.
 */
export function loadSettings(options: LoadOptions = {}): Loaded {
  const env = options.env ?? process.env;
  const cwd = options.cwd ?? process.cwd();
  const file = findFile(options.config, env, cwd);
  const inFile = readFile(file, options.config !== undefined);
  const { shared } = options;
  const sources = [inFile, ...(shared ? [shared] : []), readEnvironment(env), readFlags(options.flags ?? {})];
  const problems = sources.flatMap((source) => source.problems);
  const open = (values: Record<string, unknown>, place: string): string[] => {
    problems.push(...unknownKeys(values, place));
    const { plain, failed } = openSecrets(values, () => keyFrom(sources, env), options.shut ?? []);
    if (failed.length > 0) problems.push(notOpened(failed, place));
    return plain;
  };
  const plainSecrets = open(inFile.values, file);
  if (shared) open(shared.values, SHARED);

  const merged: Record<string, unknown> = {};
  const origins = new Map<string, string>();
  for (const leaf of leaves) {
    const name = leaf.path.join('.');
    const given = sources.flatMap((source) => valuesOf(source, leaf, problems));
    const winner = combine(leaf, given);
    origins.set(name, winner?.from ?? 'default');
    if (winner) setAt(merged, leaf.path, winner.value);
  }
  const unreadable = sources.some((source) => source.unreadable);
  return {
    settings: settingsSchema.parse(merged),
    file,
    place: shared ? SHARED : file,
    problems,
    origins,
    unreadable,
    plainSecrets,
  };
}

/** How people are told of settings that several instances share. */
export const SHARED = 'assistant_settings in Directus';

const keyLeaf = leaves.find(({ path }) => path.join('.') === 'key');

/** The key that opens sealed secrets: it is a setting itself. */
function keyFrom(sources: Source[], env: NodeJS.ProcessEnv): Buffer | undefined {
  const given = keyLeaf && sources.flatMap((source) => valuesOf(source, keyLeaf, [])).at(-1);
  return existingKey(typeof given?.value === 'string' ? given.value : undefined, env);
}

const notOpened = (names: string[], file: string) =>
  `These secrets in ${file} do not open with the key of this installation, and count as not set: ${names.join(', ')}. Give the key that sealed them in DIRECTUS_ASSISTANT_KEY, or enter them anew.`;

/**
 * What counts when settings are loaded again: where their file cannot be read, what it said before, so that nothing
 * that was switched off comes back, and its problem, which leaves only reading (A26).
 */
export function reloaded(before: Loaded, now: Loaded): Loaded {
  return now.unreadable ? { ...before, problems: now.problems } : now;
}

/** Reads `.env` of the working folder into the environment, where variables that are set already stay. */
export function loadEnvFile(cwd = process.cwd()): void {
  const path = `${cwd}/.env`;
  if (existsSync(path)) process.loadEnvFile(path);
}

type Given = { value: unknown; from: string };

/** The value a source gives for a setting, when it fits the setting's type. */
function valuesOf(source: Source, leaf: Leaf, problems: string[]): Given[] {
  const value = valueAt(source.values, leaf.path);
  if (value === undefined) return [];
  const from = source.from(leaf);
  const parsed = leaf.type.safeParse(value);
  if (parsed.success) return [{ value: parsed.data, from }];
  for (const issue of parsed.error.issues) {
    const where = [...leaf.path, ...issue.path].join('.');
    const hint =
      issue.code === 'unrecognized_keys'
        ? didYouMean(issue.keys[0] ?? '', Object.keys(shapeAt(leaf.type, issue.path) ?? {}))
        : '';
    problems.push(`${where} (from ${from}): ${issue.message}.`.replace(/\.\.$/, '.') + hint);
  }
  return [];
}

function combine(leaf: Leaf, given: Given[]): Given | undefined {
  const last = given.at(-1);
  switch (leaf.meta.merge) {
    case 'deny-if-true':
      return given.find(({ value }) => value === true) ?? last;
    case 'deny-if-false':
      return given.find(({ value }) => value === false) ?? last;
    case 'strictest':
      return given.toSorted((a, b) => strictness(a.value) - strictness(b.value)).at(-1);
    case 'smallest':
      return given.toSorted((a, b) => Number(b.value) - Number(a.value)).at(-1);
    case 'union':
      return given.length > 1
        ? {
            value: [...new Set(given.flatMap(({ value }) => value as string[]))],
            from: given.map(({ from }) => from).join(' + '),
          }
        : last;
    default:
      return last;
  }
}

function strictness(value: unknown): number {
  // biome-ignore lint/complexity/useIndexOf: indexOf takes only what is known to be a policy
  return POLICIES.findIndex((policy) => policy === value);
}

/** A key of the file that no setting has is a typo, and a typo must never open anything. */
function unknownKeys(values: Record<string, unknown>, file: string): string[] {
  const known = leaves.map(({ path }) => path.join('.'));
  const groups = new Set(
    leaves.flatMap(({ path }) => path.slice(0, -1).map((_, i) => path.slice(0, i + 1).join('.'))),
  );
  const walk = (object: Record<string, unknown>, path: string[]): string[] =>
    Object.entries(object).flatMap(([key, value]) => {
      const name = [...path, key].join('.');
      if (known.includes(name) || name === '$schema') return [];
      if (!groups.has(name)) return [`Unknown setting "${name}" in ${file}.${didYouMean(name, known)}`];
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return walk(value as Record<string, unknown>, [...path, key]);
      }
      return [`${name} in ${file} must be an object.`];
    });
  return walk(values, []);
}
