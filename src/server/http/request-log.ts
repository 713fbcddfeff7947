import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Body } from './incoming.ts';
import type { Log, Path } from './log.ts';

/** What a request carries with it on its way: the connection, and what the log will tell. */
export type Env = { Bindings: HttpBindings; Variables: { user?: string; rpc?: string } };

const PATHS: Path[] = ['/mcp', '/peer', '/healthz', '/readyz', '/metrics', '/'];

/** Methods of MCP. What a caller makes up is not logged. */
const METHODS = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'completion/complete',
  'subscriptions/listen',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
]);

/** Logs a request when its answer was sent to its end, or the client is gone. */
export function logWhenEnded(c: Context<Env>, log: Log): void {
  const began = performance.now();
  const { outgoing } = c.env;
  const path = PATHS.find((one) => one === c.req.path) ?? 'other';
  outgoing.once('close', () => {
    const { user, rpc } = c.var;
    log({
      event: 'request',
      method: c.req.method,
      path,
      status: outgoing.statusCode,
      ms: Math.round(performance.now() - began),
      ...(user ? { user } : {}),
      ...(rpc ? { rpc } : {}),
    });
  });
}

/** Remembers for the log which method a request calls. */
export function noteMethod(c: Context<Env>, { messages }: Body): void {
  const method = messages.length === 1 ? messages[0]?.method : undefined;
  if (typeof method === 'string' && METHODS.has(method)) c.set('rpc', method);
}
