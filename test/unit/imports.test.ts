import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));
/** What the build of the pages writes beside them. */
const GENERATED = /node_modules\/|\/(auto-imports|components)\.d\.ts$/;
const files = globSync('**/*.{ts,tsx,vue,css}', { cwd: src })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => !GENERATED.test(file));

/** Every room may import itself, `settings` and version.ts; beyond those, what stands here. */
const MAY: Record<string, string[] | 'all'> = {
  settings: [],
  directus: [],
  guard: ['directus'],
  result: ['directus'],
  tools: ['guard', 'result', 'directus'],
  server: ['tools', 'guard', 'result', 'directus'],
  host: [],
  terminal: ['host'],
  web: ['host'],
  store: ['host', 'directus'],
  sandbox: [],
  cli: 'all',
};

/** The entry, and what every room may import. */
const FILES_OF_NO_ROOM = ['version.ts', 'bin.ts'];

/** What a file imports, however it does: `import`, `export from`, `import()`, `import('...')` as a type. */
function importsOf(code: string): string[] {
  const statements = /(?:^|[\s;}])(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]/g;
  const bare = /(?:^|[\s;}])import\s*['"]([^'"]+)['"]/g;
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [statements, bare, dynamic].flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => match[1] ?? ''),
  );
}

/** Comments may show imports and print statements; only code counts. */
const codeOf = (file: string) =>
  readFileSync(join(src, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');

const roomOf = (file: string) => (file.includes('/') ? (file.split('/')[0] ?? '') : '');

/** Why an import is not allowed; undefined when it is. */
function fault(file: string, target: string): string | undefined {
  if (!target.startsWith('.')) return undefined;
  const path = relative(src, resolve(src, dirname(file), target))
    .split(sep)
    .join('/');
  if (path.startsWith('..')) {
    return file === 'version.ts' && path === '../package.json'
      ? undefined
      : `${file} reaches outside src: ${target}`;
  }
  if (!files.includes(path)) return `${file} imports ${target}, which is not there`;
  const [from, to] = [roomOf(file), roomOf(path)];
  const allowed = MAY[from];
  if (from === to || from === '' || to === 'settings' || path === 'version.ts' || allowed === 'all')
    return undefined;
  return allowed?.includes(to) ? undefined : `${file} must not import ${path}`;
}

describe('who may import whom', () => {
  test('every room is known', () => {
    const rooms = new Set(files.map(roomOf).filter(Boolean));
    expect([...rooms].filter((room) => !(room in MAY))).toEqual([]);
    expect(files.filter((file) => roomOf(file) === '').sort()).toEqual([...FILES_OF_NO_ROOM].sort());
  });

  test('no file imports what its room may not', () => {
    const faults = files.flatMap((file) =>
      importsOf(codeOf(file)).flatMap((target) => fault(file, target) ?? []),
    );
    expect(faults).toEqual([]);
  });

  test('relative imports end in .ts', () => {
    const odd = files.flatMap((file) =>
      importsOf(codeOf(file))
        .filter((target) => target.startsWith('.') && !/\.(tsx?|json|vue|css)$/.test(target))
        .map((target) => `${file}: ${target}`),
    );
    expect(odd).toEqual([]);
  });

  test('the parser sees every form of import', () => {
    const code = [
      "import a from './a.ts';",
      "import { b,\n  type C } from './b.ts';",
      "import type { D } from './d.ts';",
      "export { e } from './e.ts';",
      "export * from './f.ts';",
      "import './g.ts';",
      "const h = await import('./h.ts');",
      "type I = import('./i.ts').I;",
    ].join('\n');
    expect(importsOf(code).sort()).toEqual(
      ['a', 'b', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => `./${name}.ts`),
    );
  });

  test('the rules refuse what they are there to refuse', () => {
    expect(fault('host/chat.ts', '../tools/list.ts')).toContain('must not import');
    expect(fault('directus/http.ts', '../result/reply.ts')).toContain('must not import');
    expect(fault('sandbox/index.ts', '../cli/main.ts')).toContain('must not import');
    expect(fault('terminal/index.ts', '../server/server.ts')).toContain('must not import');
    expect(fault('tools/list.ts', '../guard/select.ts')).toBeUndefined();
    expect(fault('cli/main.ts', '../version.ts')).toBeUndefined();
  });
});

test('nothing outside src/cli and src/terminal writes to stdout', () => {
  const writes =
    /(?<!\/)\bconsole\.\w+|process\.stdout\.(write|end)|\bstdout\.write|fs\.writeSync\(1\b|writeSync\(1\b|\/dev\/stdout/;
  const guilty = files
    .filter((file) => !['cli', 'terminal'].includes(roomOf(file)))
    .filter((file) => writes.test(codeOf(file)));
  expect(guilty).toEqual([]);
});
