/** The address of MCP below another one, which may have a path. */
export function endpoint(base: string): string {
  return `${base.replace(/\/+$/, '')}/mcp`;
}
