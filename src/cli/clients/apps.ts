import { addressWithToken, type Client, commandOf, headersOf, NAME } from './client.ts';

const LM_STUDIO_FILE = 'mcp.json: the Program tab at the right, Install > Edit mcp.json.';

export const apps: Client[] = [
  {
    id: 'chatgpt',
    client: 'ChatGPT',
    http: {
      where:
        'Settings > Apps > Advanced settings: switch developer mode on, create an app, and give this as the address of the MCP server, without authentication. ChatGPT starts no servers on your machine; it calls from the internet, so the address must be public, with https. It has no field for a header and signs in by OAuth, which this server does not offer, or not at all: the token stands in the address, the operator must set http.queryToken, and logs may keep it. Use a token with few rights.',
      language: 'text',
      render: addressWithToken,
    },
  },
  {
    id: 'lm-studio',
    client: 'LM Studio',
    stdio: {
      where: LM_STUDIO_FILE,
      language: 'json',
      render: (launch) => ({ mcpServers: { [NAME]: commandOf(launch) } }),
    },
    http: {
      where: LM_STUDIO_FILE,
      language: 'json',
      render: ({ url, token }) => ({ mcpServers: { [NAME]: { url, headers: headersOf(token) } } }),
    },
  },
  {
    id: 'raycast',
    client: 'Raycast',
    stdio: {
      where: 'The command "Install MCP Server"; copy the block first, then fill the form from it.',
      language: 'json',
      render: (launch) => ({ name: NAME, type: 'stdio', ...commandOf(launch) }),
    },
    http: {
      where: 'The command "Install MCP Server": choose HTTP, and fill the form from this block.',
      language: 'json',
      render: ({ url, token }) => ({ name: NAME, type: 'http', url, headers: headersOf(token) }),
    },
  },
];
