import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packExtension } from '@anthropic-ai/mcpb';
import { manifest } from './manifest.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What of dist/ the server is: each is one file with everything in it, and the licences of that. */
const BUILT = ['mcp.js', 'mcp.cjs', 'pdf-worker.js', 'licenses.md'];

/**
 * Packs the built server as a bundle that Claude Desktop installs; it runs without node_modules.
 * @throws Error when it cannot be packed; why was printed
 */
export async function packBundle(outputPath: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    lay(folder);
    const packed = await packExtension({ extensionPath: folder, outputPath, silent: true });
    if (!packed) throw new Error(`The bundle ${outputPath} could not be packed.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lays out what goes into the bundle. */
function lay(folder: string): void {
  const server = join(folder, 'server');
  mkdirSync(server);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest(), null, 2));
  // Says that the files are modules of JavaScript.
  writeFileSync(join(server, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  cpSync(join(root, 'scripts/packaging/entry.js'), join(server, 'index.js'));
  for (const file of BUILT) cpSync(join(root, 'dist', file), join(server, file));
}
