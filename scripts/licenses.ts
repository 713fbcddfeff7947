import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import * as z from 'zod';

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string().default('unknown') });

/**
 * Writes down what of other people is in the bundles, with the licences under which it is there: they want to go with
 * it. One for all bundles of a build, each of which adds what it holds.
 * @param file where to, as Markdown
 */
export function licenses(file: string): Plugin {
  const sections = new Map<string, string>();
  return {
    name: 'licenses',
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        for (const id of part.type === 'chunk' ? part.moduleIds : []) {
          const folder = packageOf(id);
          if (folder !== undefined && !sections.has(folder)) sections.set(folder, sectionOf(folder));
        }
      }
    },
    writeBundle() {
      const all = [...new Set(sections.values())].toSorted();
      writeFileSync(
        file,
        ['# Licenses', 'What of others is in the files beside this one.', ...all].join('\n\n'),
      );
    },
  };
}

/** The folder of the package that a module belongs to; undefined for one of ours. */
function packageOf(id: string): string | undefined {
  return /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id)?.[1];
}

function sectionOf(folder: string): string {
  const { name, version, license } = manifest.parse(
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
  );
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`## ${name} - ${version} (${license})`, ...texts].join('\n\n');
}
