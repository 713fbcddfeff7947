import { basename } from 'node:path';
import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';
import * as zod from 'zod/v4';
import * as mini from 'zod/v4/mini';

/**
 * The AI SDK validates what comes with Zod in a transport of its own, which is not used here: the server is ours, and
 * of the same version. Left out, that is a fifth of the page. What it names of Zod is something that does nothing.
 */
const withoutZod = {
  name: 'without-zod',
  enforce: 'pre' as const,
  resolveId: (id: string) => (/^zod(\/|$)/.test(id) ? '\0no-zod' : null),
  load: (id: string) => (id === '\0no-zod' ? noZod : null),
};

const names = Object.keys({ ...zod, ...mini })
  .filter((name) => name !== 'default')
  .concat('default');
const noZod = `
/* @__NO_SIDE_EFFECTS__ */ function nothing() { return any }
const any = /* @__PURE__ */ new Proxy(nothing, { get: (_, name) => (typeof name === 'string' ? any : undefined) });
export { ${names.map((name) => `nothing as ${name}`).join(', ')} };
`;

/**
 * Reka UI has one module that names all parts of all its components. Shared by pages, it takes into each of them what
 * any of them uses; so each component of Nuxt UI gets one of its own, of which only its parts are left.
 */
const namesApart: Plugin = {
  name: 'names-apart',
  enforce: 'pre',
  async resolveId(id, importer) {
    if (id !== 'reka-ui/namespaced' || importer === undefined) return null;
    const found = await this.resolve(id, importer, { skipSelf: true });
    return found && `${found.id}?for=${basename(importer.split('?')[0] ?? '')}`;
  },
};

/** The parts of the chat page are loaded beside the program that asks for them: nearly everybody goes there. */
const chatAtOnce: Plugin = {
  name: 'chat-at-once',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) => {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const there = chunks.flatMap(({ isEntry, fileName, imports }) =>
        isEntry ? [fileName, ...imports] : [],
      );
      const parts = chunks
        .filter(({ facadeModuleId }) => /\/(ChatPage|MessageList)\.vue$/.test(facadeModuleId ?? ''))
        .flatMap(({ fileName, imports }) => [fileName, ...imports]);
      return [...new Set(parts)]
        .filter((file) => !there.includes(file))
        .map((file) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
          injectTo: 'head',
        }));
    },
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    withoutZod,
    namesApart,
    chatAtOnce,
    vue(),
    ui({
      ui: { colors: { primary: 'violet', neutral: 'zinc' } },
      // Icons that are named here come with the pages; others would be asked for at their maker's.
      icon: { clientBundle: { scan: { globInclude: ['**/*.{vue,ts}'] } } },
      autoImport: { dts: 'auto-imports.d.ts' },
      components: { dts: 'components.d.ts' },
    }),
  ],
  build: {
    outDir: '../../../dist/web',
    emptyOutDir: true,
    chunkSizeWarningLimit: 800,
    // What others wrote is part of what is served, and their licences want to go with it.
    license: { fileName: 'licenses.md' },
  },
});
