import { builtinModules } from 'node:module';
import { defineConfig, type UserConfig } from 'tsdown';
import { licenses } from './scripts/licenses.ts';

/** Of these a start needs little or nothing, and Node takes 1 to 5 ms to load each: they load when they are first used. */
const WHEN_USED =
  /^(child_process|crypto|dns|dns\/promises|fs\/promises|https|readline|readline\/promises|v8|worker_threads|zlib)$/;

/**
 * Takes Node's own modules from `process.getBuiltinModule` instead of importing them. An import makes Node read
 * every property of the module, which for node:http loads WebSocket and fetch with it: 25 ms at each start.
 */
const lazyBuiltins = {
  name: 'lazy-builtins',
  resolveId: {
    order: 'pre' as const,
    handler: (id: string, _importer: unknown, { kind }: { kind: string }) => {
      const name = id.replace(/^node:/, '');
      if (!builtinModules.includes(name)) return null;
      return { id: `\0${kind === 'require-call' ? 'required' : 'builtin'}:${name}`, external: false };
    },
  },
  load(id: string) {
    const [, kind, name] = /^\0(required|builtin):(.+)$/.exec(id) ?? [];
    if (!name) return null;
    const get = `process.getBuiltinModule(${JSON.stringify(`node:${name}`)})`;
    if (kind === 'required') return `module.exports = ${get};`;
    const builtin: object = process.getBuiltinModule(name) ?? {};
    const exported = Object.entries(builtin).filter(
      ([key]) => /^[A-Za-z]\w*$/.test(key) && key !== 'default',
    );
    if (!WHEN_USED.test(name))
      return [
        `const builtin = ${get};`,
        'export default builtin;',
        ...exported.map(([key]) => `export const ${key} = builtin.${key};`),
      ].join('\n');
    const isFunction = (key: string, value: unknown) => typeof value === 'function' && /^[a-z]/.test(key);
    return [
      `const partOf = (key) => ${get}[key];`,
      'export default /* @__PURE__ */ new Proxy({}, { get: (_target, key) => partOf(key) });',
      ...exported.map(([key, value]) =>
        isFunction(key, value)
          ? `export const ${key} = (...args) => partOf('${key}')(...args);`
          : `export const ${key} = /* @__PURE__ */ partOf('${key}');`,
      ),
    ].join('\n');
  },
};

/**
 * The MCP library makes its validator of JSON Schema, and with it all of Ajv, as it loads: 10 ms and 3 MB for
 * something that only the answers of elicitation need. Here it is made when one comes.
 */
const lazyValidator = {
  name: 'lazy-validator',
  resolveId: {
    order: 'pre' as const,
    handler: (id: string) =>
      id === '@modelcontextprotocol/server/_shims' ? { id: '\0mcp-shims', external: false } : null,
  },
  load: (id: string) =>
    id === '\0mcp-shims'
      ? `
        export { default as process } from 'node:process';
        export class DefaultJsonSchemaValidator {
          getValidator(schema) {
            const { AjvJsonSchemaValidator } = require('@modelcontextprotocol/server/validators/ajv');
            this.made ??= new AjvJsonSchemaValidator();
            return this.made.getValidator(schema);
          }
        }`
      : null,
};

/** The server is a bundle of its own, found beside the others. */
const serverApart = {
  name: 'server-apart',
  resolveId: {
    order: 'pre' as const,
    handler: (id: string, importer: string | undefined) =>
      id === './mcp.ts' && importer?.endsWith('main.ts') ? { id: './mcp.js', external: true } : null,
  },
};

const licensed = licenses('dist/licenses.md');

const common: UserConfig = {
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  dts: false,
  fixedExtension: false,
  treeshake: { propertyReadSideEffects: false },
};

/** Everything it needs is in the file. */
const inOneFile: UserConfig = {
  outputOptions: { codeSplitting: false },
  deps: { alwaysBundle: [/./], onlyBundle: false },
};

export default defineConfig([
  {
    ...common,
    entry: { bin: 'src/bin.ts' },
    clean: ['dist'],
    plugins: [serverApart, lazyBuiltins, licensed],
    // The larger libraries stay in node_modules and load with the commands that use them. Of OpenTelemetry a tenth is
    // used, and by few, so that tenth is in a file of its own.
    deps: { alwaysBundle: [/^commander/, /^@opentelemetry\//, /^@ai-sdk\/otel$/], onlyBundle: false },
    // Files the sandbox uploads; it looks for them beside the code that reads them.
    copy: 'src/sandbox/assets',
  },
  {
    // Clients start the server often and wait for it, so it is one file with everything in it.
    ...common,
    entry: { mcp: 'src/cli/mcp.ts' },
    format: 'cjs',
    clean: false,
    plugins: [lazyValidator, lazyBuiltins, licensed],
    // The Directus SDK looks at WebSocket as it loads, which makes Node load all of undici: 30 ms for nothing.
    define: { 'globalThis.WebSocket': 'undefined' },
    ...inOneFile,
  },
  {
    // What the others import as the server: it loads that one file.
    ...common,
    entry: { mcp: 'src/cli/mcp-compiled.ts' },
    clean: false,
    plugins: [lazyBuiltins],
    ...inOneFile,
  },
  {
    // The reader of PDFs runs in a thread of its own, which the server loads by this name, also where there is no
    // node_modules: in the bundle for Claude Desktop.
    ...common,
    entry: { 'pdf-worker': 'src/tools/content/assets/pdf-worker.ts' },
    clean: false,
    plugins: [licensed],
    ...inOneFile,
  },
]);
