import { type Client, commandOf, headersOf, NAME } from './client.ts';

/** VS Code asks for it and keeps it safe, so that mcp.json can be shared. */
export const TOKEN_INPUT = {
  type: 'promptString',
  id: 'directus-token',
  description: 'Directus static token',
  password: true,
};
export const TOKEN_OF_INPUT = `\${input:${TOKEN_INPUT.id}}`;

const CURSOR_FILE =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Cursor fills it in.
  '~/.cursor/mcp.json. In .cursor/mcp.json of a project, which is shared, write ${env:DIRECTUS_TOKEN} in place of the token.';
const VSCODE_FILE =
  '.vscode/mcp.json in a workspace, or the command "MCP: Open User Configuration". VS Code asks for the token.';
const WINDSURF_FILE =
  '~/.codeium/windsurf/mcp_config.json (Windows: %USERPROFILE%\\.codeium\\windsurf\\mcp_config.json). Refresh the list of servers.';
const ZED_FILE = 'Your own settings.json: the command "zed: open settings file".';

export const editors: Client[] = [
  {
    id: 'cursor',
    client: 'Cursor',
    stdio: {
      where: CURSOR_FILE,
      language: 'json',
      render: (launch) => ({ mcpServers: { [NAME]: commandOf(launch) } }),
    },
    http: {
      where: CURSOR_FILE,
      language: 'json',
      render: ({ url, token }) => ({ mcpServers: { [NAME]: { url, headers: headersOf(token) } } }),
    },
  },
  {
    id: 'vscode',
    client: 'VS Code',
    stdio: {
      where: VSCODE_FILE,
      language: 'json',
      render: (launch) => ({
        inputs: [TOKEN_INPUT],
        servers: { [NAME]: { type: 'stdio', ...commandOf({ ...launch, token: TOKEN_OF_INPUT }) } },
      }),
    },
    http: {
      where: VSCODE_FILE,
      language: 'json',
      render: ({ url }) => ({
        inputs: [TOKEN_INPUT],
        servers: { [NAME]: { type: 'http', url, headers: headersOf(TOKEN_OF_INPUT) } },
      }),
    },
  },
  {
    id: 'windsurf',
    client: 'Windsurf',
    stdio: {
      where: WINDSURF_FILE,
      language: 'json',
      render: (launch) => ({ mcpServers: { [NAME]: commandOf(launch) } }),
    },
    http: {
      where: WINDSURF_FILE,
      language: 'json',
      render: ({ url, token }) => ({
        mcpServers: { [NAME]: { serverUrl: url, headers: headersOf(token) } },
      }),
    },
  },
  {
    id: 'zed',
    client: 'Zed',
    stdio: {
      where: ZED_FILE,
      language: 'json',
      render: (launch) => ({ context_servers: { [NAME]: commandOf(launch) } }),
    },
    http: {
      where: ZED_FILE,
      language: 'json',
      render: ({ url, token }) => ({ context_servers: { [NAME]: { url, headers: headersOf(token) } } }),
    },
  },
];
