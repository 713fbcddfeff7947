/** A server started as a process; `env` is added to a minimal environment, not to all of ours. */
export type StdioServer = {
  name: string;
  command: string;
  args?: string[];
  env?: Record<string, string>;
  cwd?: string;
};

/** A server reached over HTTP (Streamable HTTP). */
export type HttpServer = { name: string; url: string; headers?: Record<string, string> };

export type ServerConfig = StdioServer | HttpServer;

/**
 * Reads an `mcp.json` (`{"mcpServers": {name: {command, args, env} | {url, headers}}}`).
 * A file that cannot be read or an entry that makes no sense is a line in `problems`; the other entries still come.
 */
export async function readServers(path: string): Promise<{ servers: ServerConfig[]; problems: string[] }> {
  throw new Error(`to be built: ${path}`);
}
