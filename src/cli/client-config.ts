/** How an MCP client is told to start `directus-assistant mcp`; ready to paste. */
export type ClientConfig = {
  id: string;
  client: string;
  /** Where the block belongs. */
  where: string;
  language: 'json' | 'sh';
  block: string;
};

export type ClientConfigOptions = {
  /** Address of Directus; a placeholder when not given. */
  url?: string | undefined;
  /** Written into the blocks that are for one person's machine. Leave it out, and a placeholder stands there. */
  token?: string | undefined;
  platform?: NodeJS.Platform;
};

export const PLACEHOLDER_URL = 'https://cms.example.com';
export const PLACEHOLDER_TOKEN = 'your-static-token';

const NAME = 'directus';
const NPX = ['npx', '-y', 'directus-assistant', 'mcp'];

/** What every block says in its client's own way. */
type Launch = { command: string; args: string[]; url: string; token: string; windows: boolean };

type Client = Omit<ClientConfig, 'block'> & { render(launch: Launch): unknown };

const server = ({ command, args, url, token }: Launch) => ({
  command,
  args,
  env: { DIRECTUS_URL: url, DIRECTUS_TOKEN: token },
});

/** Files that are shared with a team never hold the token itself, but say where it comes from. */
const clients: Client[] = [
  {
    id: 'claude-desktop',
    client: 'Claude Desktop',
    where:
      'Settings > Developer > Edit Config: claude_desktop_config.json in ~/Library/Application Support/Claude (macOS) or %APPDATA%\\Claude (Windows). Restart Claude Desktop.',
    language: 'json',
    render: (launch) => ({ mcpServers: { [NAME]: server(launch) } }),
  },
  {
    id: 'claude-code',
    client: 'Claude Code, for yourself',
    where: 'Run in a shell.',
    language: 'sh',
    render: ({ command, args, url, token, windows }) => {
      const quote = windows ? quoteForWindows : quoteForShell;
      const variables = [`DIRECTUS_URL=${url}`, `DIRECTUS_TOKEN=${token}`].flatMap((pair) => [
        '--env',
        quote(pair),
      ]);
      return ['claude mcp add', NAME, ...variables, '--', command, ...args].join(' ');
    },
  },
  {
    id: 'claude-code-project',
    client: 'Claude Code, for a project',
    where: '.mcp.json in the project. Each person sets DIRECTUS_TOKEN in their own environment.',
    language: 'json',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Claude Code fills it in.
    render: (launch) => ({ mcpServers: { [NAME]: server({ ...launch, token: '${DIRECTUS_TOKEN}' }) } }),
  },
  {
    id: 'cursor',
    client: 'Cursor',
    where: '~/.cursor/mcp.json, or .cursor/mcp.json in a project.',
    language: 'json',
    render: (launch) => ({ mcpServers: { [NAME]: server(launch) } }),
  },
  {
    id: 'vscode',
    client: 'VS Code',
    where:
      '.vscode/mcp.json in a workspace, or the command "MCP: Open User Configuration". VS Code asks for the token.',
    language: 'json',
    render: (launch) => ({
      inputs: [
        { type: 'promptString', id: 'directus-token', description: 'Directus static token', password: true },
      ],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code fills it in.
      servers: { [NAME]: { type: 'stdio', ...server({ ...launch, token: '${input:directus-token}' }) } },
    }),
  },
  {
    id: 'raycast',
    client: 'Raycast',
    where: 'The command "Install MCP Server"; copy the block first, then fill the form from it.',
    language: 'json',
    render: (launch) => ({ name: NAME, type: 'stdio', ...server(launch) }),
  },
];

/** The blocks for all clients, in the order they are shown. */
export function clientConfigs(options: ClientConfigOptions = {}): ClientConfig[] {
  const windows = (options.platform ?? process.platform) === 'win32';
  // npx is a batch file on Windows, which only a shell can start.
  const [command = '', ...args] = windows ? ['cmd', '/c', ...NPX] : NPX;
  const { url = PLACEHOLDER_URL, token = PLACEHOLDER_TOKEN } = options;
  return clients.map(({ render, ...client }) => {
    const block = render({ command, args, url, token, windows });
    return { ...client, block: typeof block === 'string' ? block : json(block) };
  });
}

/** JSON as people write it: lists of words on one line. */
function json(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, words: string) => {
    return `[${words.replace(/\n\s+/g, ' ')}]`;
  });
}

function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function quoteForWindows(text: string): string {
  return /^[\w@+=:,./-]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
}
