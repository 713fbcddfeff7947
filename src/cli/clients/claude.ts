import {
  addressWithToken,
  type Client,
  commandOf,
  headersOf,
  type Launch,
  NAME,
  type Remote,
} from './client.ts';
import { shellLine } from './format.ts';

const DESKTOP_FILE =
  'claude_desktop_config.json in ~/Library/Application Support/Claude (macOS) or %APPDATA%\\Claude (Windows). Restart Claude Desktop.';

// biome-ignore lint/suspicious/noTemplateCurlyInString: Claude Code fills it in.
const TOKEN_VARIABLE = '${DIRECTUS_TOKEN}';
const PROJECT_FILE = '.mcp.json in the project. Each person sets DIRECTUS_TOKEN in their own environment.';

/** Claude Desktop's file takes commands only, so one that carries calls on stands in for an address. */
function carried({ url, token, windows }: Remote) {
  const [command, ...start] = windows ? ['cmd', '/c', 'npx'] : ['npx'];
  return {
    command,
    // Without a blank: npx on Windows would part the header there. The blank after Bearer is in the variable.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: mcp-remote fills it in.
    args: [...start, '-y', 'mcp-remote', url, '--header', 'Authorization:${AUTHORIZATION}'],
    env: { AUTHORIZATION: headersOf(token).Authorization },
  };
}

function addCommand({ command, args, url, token, windows }: Launch): string {
  const env = [`DIRECTUS_URL=${url}`, `DIRECTUS_TOKEN=${token}`].flatMap((pair) => ['--env', pair]);
  return shellLine(['claude', 'mcp', 'add', NAME, ...env, '--', command, ...args], windows);
}

function addAddress({ url, token, windows }: Remote): string {
  const header = `Authorization: ${headersOf(token).Authorization}`;
  return shellLine(['claude', 'mcp', 'add', '--transport', 'http', NAME, url, '--header', header], windows);
}

export const claude: Client[] = [
  {
    id: 'claude-desktop',
    client: 'Claude Desktop',
    stdio: {
      where: `Settings > Developer > Edit Config: ${DESKTOP_FILE}`,
      language: 'json',
      render: (launch) => ({ mcpServers: { [NAME]: commandOf(launch) } }),
    },
    http: {
      where: `${DESKTOP_FILE} This file takes no addresses, so mcp-remote, a package of others, carries the calls.`,
      language: 'json',
      render: (remote) => ({ mcpServers: { [NAME]: carried(remote) } }),
    },
  },
  {
    id: 'claude-connector',
    client: 'Claude, as a connector',
    http: {
      where:
        'Customize > Connectors > Add custom connector, in the browser or in Claude Desktop. Claude then calls from the internet, so the address must be public. The form signs in by OAuth, which this server does not offer, or not at all, and has no field for a header yet for most people: the token stands in the address, the operator must set http.queryToken, and logs may keep it. Use a token with few rights.',
      language: 'text',
      render: addressWithToken,
    },
  },
  {
    id: 'claude-code',
    client: 'Claude Code, for yourself',
    stdio: { where: 'Run in a shell.', language: 'sh', render: addCommand },
    http: { where: 'Run in a shell.', language: 'sh', render: addAddress },
  },
  {
    id: 'claude-code-project',
    client: 'Claude Code, for a project',
    stdio: {
      where: PROJECT_FILE,
      language: 'json',
      render: (launch) => ({ mcpServers: { [NAME]: commandOf({ ...launch, token: TOKEN_VARIABLE }) } }),
    },
    http: {
      where: PROJECT_FILE,
      language: 'json',
      render: ({ url }) => ({
        mcpServers: { [NAME]: { type: 'http', url, headers: headersOf(TOKEN_VARIABLE) } },
      }),
    },
  },
];
