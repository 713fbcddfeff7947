import { McpServer } from '@modelcontextprotocol/server';
import { addAsking } from './fixtures/asking.ts';
import { addChanges } from './fixtures/changes.ts';
import { addContent } from './fixtures/content.ts';
import { addPrompts } from './fixtures/prompts.ts';
import { addResources } from './fixtures/resources.ts';
import { addSchemas } from './fixtures/schemas.ts';
import { seal } from './fixtures/seal.ts';
import { addStreams } from './fixtures/streams.ts';

/**
 * A server with the tools, prompts and resources that the scenarios of the conformance suite call by name. Served in
 * place of the product, it proves what carries both: how requests are read, answered, streamed and kept apart.
 * @param announce tells all open streams that the list of tools changed
 */
export function createFixtureServer(announce: () => void): McpServer {
  const server = new McpServer(
    { name: 'conformance-fixtures', version: '1.0.0' },
    {
      capabilities: { logging: {}, resources: { subscribe: true } },
      requestState: { verify: seal.verify },
    },
  );
  addContent(server);
  addStreams(server);
  addSchemas(server);
  addAsking(server);
  addChanges(server, announce);
  addResources(server);
  addPrompts(server);
  return server;
}
