import { json } from '../../src/cli/clients/format.ts';
import { type Field, localFields } from './fields.ts';
import { packageJson, SUMMARY } from './package-json.ts';

/** The text of server.json, by which the MCP registry knows the package and its settings. */
export function serverJson(): string {
  const { name, version, mcpName } = packageJson;
  const server = {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: mcpName,
    title: 'Directus assistant',
    description: SUMMARY,
    version,
    packages: [
      {
        registryType: 'npm',
        identifier: name,
        version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        packageArguments: [{ type: 'positional', value: 'mcp' }],
        environmentVariables: localFields().map(variable),
      },
    ],
  };
  return `${json(server)}\n`;
}

/**
 * What holds anyway stands as a placeholder: clients write a default into the variable, and there it would go before
 * the settings file.
 */
function variable({ name, variable, kind, description, secret, choices, standard }: Field) {
  return {
    name: variable,
    description: kind === 'list' ? `${description} Written as a,b.` : description,
    format: kind === 'list' ? 'string' : kind,
    isRequired: name === 'directus.url',
    isSecret: secret,
    ...(standard !== undefined && { placeholder: standard }),
    ...(choices.length > 0 && { choices }),
  };
}
