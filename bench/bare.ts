/**
 * The least that an MCP server between a client and Directus costs: the SDK, and one tool that sends on a REST request
 * and gives the text of the answer. What our server takes longer is ours. `DIRECTUS_URL` and `DIRECTUS_TOKEN` say where to.
 */
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod';
import { viaHttp } from './rest.ts';

const { DIRECTUS_URL: url = '', DIRECTUS_TOKEN: token = '' } = process.env;
const rest = viaHttp({ url, token });

const server = new McpServer({ name: 'bare', version: '1' });
server.registerTool(
  'rest',
  { inputSchema: z.object({ method: z.string(), path: z.string(), body: z.unknown().optional() }) },
  async ({ method, path, body }) => ({
    content: [{ type: 'text', text: JSON.stringify(await rest(method, path, body)) }],
  }),
);
await server.connect(new StdioServerTransport());
