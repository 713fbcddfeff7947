/** What a client is told to start a server of its own. */
export type Launch = { command: string; args: string[]; url: string; token: string; windows: boolean };

/** What a client is told to reach a server that runs elsewhere. */
export type Remote = { url: string; token: string; windows: boolean };

/** One way to connect a client: where its block belongs, and what stands in it. */
export type Way<Given> = {
  /** Where the block belongs. */
  where: string;
  /** `text` is an address to paste into a form. */
  language: 'json' | 'sh' | 'text';
  /** The block itself, or what becomes JSON. */
  render(given: Given): unknown;
};

/** An MCP client, with the ways it knows. */
export type Client = { id: string; client: string; stdio?: Way<Launch>; http?: Way<Remote> };

/** The name under which clients list the server. */
export const NAME = 'directus';

/** How the package is started without installing it. */
export const NPX = ['npx', '-y', 'directus-assistant', 'mcp'];

/** A command with its environment, as most clients write it. */
export const commandOf = ({ command, args, url, token }: Launch) => ({
  command,
  args,
  env: { DIRECTUS_URL: url, DIRECTUS_TOKEN: token },
});

/** The header that names the caller: their own Directus token. */
export const headersOf = (token: string) => ({ Authorization: `Bearer ${token}` });

/** The address with the token in it, for clients whose forms have no field for a header. */
export function addressWithToken({ url, token }: Remote): string {
  const address = new URL(url);
  address.searchParams.set('access_token', token);
  return address.href;
}
