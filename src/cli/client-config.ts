import { apps } from './clients/apps.ts';
import { claude } from './clients/claude.ts';
import { type Client, NPX, type Way } from './clients/client.ts';
import { editors } from './clients/editors.ts';
import { json } from './clients/format.ts';
import { addressLinks, commandLinks, type InstallLink } from './clients/links.ts';

export type { InstallLink } from './clients/links.ts';

/** How an MCP client is told to start `directus-assistant mcp`, or to reach one that is served; ready to paste. */
export type ClientConfig = {
  id: string;
  client: string;
  transport: Transport;
  /** Where the block belongs. */
  where: string;
  /** `text` is an address to paste into a form. */
  language: 'json' | 'sh' | 'text';
  block: string;
};

export type Transport = 'stdio' | 'http';

export type ClientConfigOptions = {
  /** `stdio`, unless told otherwise: the client starts the server. */
  transport?: Transport;
  /** Address of Directus; a placeholder when not given. */
  url?: string | undefined;
  /** Address of the served MCP server; a placeholder when not given. */
  httpUrl?: string | undefined;
  /** Written into the blocks that are for one person's machine. Leave it out, and a placeholder stands there. */
  token?: string | undefined;
  platform?: NodeJS.Platform;
};

export const PLACEHOLDER_URL = 'https://cms.example.com';
export const PLACEHOLDER_HTTP_URL = 'https://mcp.example.com/mcp';
export const PLACEHOLDER_TOKEN = 'your-static-token';

/** All clients, in the order they are shown. */
const clients: Client[] = [...claude, ...editors, ...apps];

/** The blocks for all clients that know the transport, in the order they are shown. */
export function clientConfigs(options: ClientConfigOptions = {}): ClientConfig[] {
  const windows = (options.platform ?? process.platform) === 'win32';
  const { transport = 'stdio', token = PLACEHOLDER_TOKEN } = options;
  if (transport === 'http') {
    const remote = { url: options.httpUrl ?? PLACEHOLDER_HTTP_URL, token, windows };
    return clients.flatMap((client) => configOf(client, 'http', client.http, remote));
  }
  // npx is a batch file on Windows, which only a shell can start.
  const [command = '', ...args] = windows ? ['cmd', '/c', ...NPX] : NPX;
  const launch = { command, args, url: options.url ?? PLACEHOLDER_URL, token, windows };
  return clients.flatMap((client) => configOf(client, 'stdio', client.stdio, launch));
}

/**
 * The blocks that reach a served MCP server at its public address, such as `https://mcp.example.com/mcp`, for the page
 * that it shows to people. The platform is that of who reads the page, which the server does not know.
 */
export function httpClientConfigs(httpUrl: string, platform: NodeJS.Platform = 'linux'): ClientConfig[] {
  return clientConfigs({ transport: 'http', httpUrl, platform });
}

/** Links that install the server in the clients that have such links; they never hold a token. */
export function installLinks(): InstallLink[] {
  return commandLinks({ url: PLACEHOLDER_URL, token: PLACEHOLDER_TOKEN });
}

/** The same for a served MCP server at its public address. */
export function httpInstallLinks(httpUrl: string): InstallLink[] {
  return addressLinks(httpUrl, { token: PLACEHOLDER_TOKEN });
}

function configOf<Given>(
  { id, client }: Client,
  transport: Transport,
  way: Way<Given> | undefined,
  given: Given,
): ClientConfig[] {
  if (!way) return [];
  const { where, language, render } = way;
  const block = render(given);
  return [{ id, client, transport, where, language, block: typeof block === 'string' ? block : json(block) }];
}
