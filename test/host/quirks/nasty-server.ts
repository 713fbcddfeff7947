/** An MCP server over stdio whose tools have the schemas that cause trouble; each gives back its arguments. */
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { nastySchemas } from './nasty-schemas.ts';

serveStdio(() => {
  const server = new McpServer({ name: 'nasty', version: '1.0.0' });
  for (const [name, schema] of Object.entries(nastySchemas)) {
    // References to other hosts cannot be followed by a validator, and this server has none.
    const inputSchema = fromJsonSchema<Record<string, unknown>>(schema, {
      getValidator: () => (input: unknown) => ({
        valid: true,
        data: input as never,
        errorMessage: undefined,
      }),
    });
    server.registerTool(name, { description: name, inputSchema }, async (input) => ({
      content: [{ type: 'text', text: JSON.stringify(input) }],
    }));
  }
  return server;
});
