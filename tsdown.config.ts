import { defineConfig } from 'tsdown';

// What `directus-assistant mcp` needs is bundled into few files, because clients start it often and wait for it.
// The chat's larger libraries stay in node_modules and load only when the chat does.
export default defineConfig({
  entry: ['src/bin.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  dts: false,
  clean: true,
  fixedExtension: false,
  // Files the sandbox uploads; it looks for them beside the code that reads them.
  copy: 'src/sandbox/assets',
  deps: {
    alwaysBundle: [/^zod/, /^@modelcontextprotocol\/(server|client|core)/, /^@directus\/sdk/, /^commander/],
    onlyBundle: false,
  },
});
