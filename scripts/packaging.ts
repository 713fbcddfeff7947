/**
 * `npm run packaging`: writes server.json for the MCP registry, and the bundle for Claude Desktop from what was built.
 * Both come from the settings schema; a test fails when server.json is behind.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { packBundle } from './packaging/bundle.ts';
import { serverJson } from './packaging/server-json.ts';

writeFileSync(new URL('../server.json', import.meta.url), serverJson());
const bundle = fileURLToPath(new URL('../dist/directus-assistant.mcpb', import.meta.url));
await packBundle(bundle);
process.stdout.write(`Wrote server.json and ${bundle}\n`);
