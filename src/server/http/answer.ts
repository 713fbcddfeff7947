import type { Context } from 'hono';
import type { Parts } from './app.ts';
import { type Body, idOf, readBody } from './body.ts';
import type { Admitted } from './callers.ts';
import { PAGE_HEADERS } from './page.ts';
import { FORWARDED } from './peers.ts';
import { isRefusal, refuse } from './refusal.ts';
import { type Env, noteMethod } from './request-log.ts';
import { SESSION_HEADER } from './sessions.ts';

/** Answers a request to /mcp: who sends it, what it is, whether it may be worked on now, then MCP. */
export async function answer(c: Context<Env>, parts: Parts): Promise<Response> {
  const request = c.req.raw;
  const admitted = await parts.admit(request);
  if (isRefusal(admitted)) {
    // A person in a browser gets a page instead of an error, with the same status.
    return admitted.status === 401 && isBrowser(request)
      ? new Response(parts.page, { status: 401, headers: { ...admitted.headers, ...PAGE_HEADERS } })
      : refuse(admitted);
  }
  c.set('user', admitted.caller.user);
  if (request.method === 'POST') return post(c, parts, admitted);
  if (isBrowser(request)) return c.body(parts.page, 200, PAGE_HEADERS);
  const listens = request.method === 'GET' && accepts(request, 'text/event-stream');
  const inSession = request.headers.has(SESSION_HEADER) && (listens || request.method === 'DELETE');
  return inSession ? handle(c, parts, admitted, undefined) : notAllowed();
}

async function post(c: Context<Env>, parts: Parts, admitted: Admitted): Promise<Response> {
  const { settings, limits } = parts;
  const { id } = admitted.caller;
  const body = await readBody(c.req.raw, settings().bodyBytes);
  if (isRefusal(body)) return refuse(body);
  noteMethod(c, body);
  const tooOften = await limits.count(id, body.messages.length);
  if (tooOften) return refuse({ ...tooOften, id: idOf(body) });
  const leave = limits.enter(id);
  if (typeof leave !== 'function') return refuse({ ...leave, id: idOf(body) });
  c.env.outgoing.once('close', leave);
  return handle(c, parts, admitted, body);
}

async function handle(
  c: Context<Env>,
  { mcp }: Parts,
  admitted: Admitted,
  body: Body | undefined,
): Promise<Response> {
  try {
    return await mcp.handle({
      request: c.req.raw,
      body,
      admitted,
      forwarded: c.req.header(FORWARDED) !== undefined,
      onEnd: (ended) => c.env.outgoing.once('close', ended),
    });
  } catch (error) {
    // Errors with a code are those of a connection, to another instance.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    const message =
      'The instance that worked on this was lost. If it was a change, nobody knows whether it was made: look before you repeat it.';
    return refuse({ status: 502, message, id: body ? idOf(body) : null });
  }
}

function notAllowed(): Response {
  const message = 'Send messages with POST. GET and DELETE need the session that initialize opened.';
  return refuse({ status: 405, message, headers: { Allow: 'POST' } });
}

function isBrowser(request: Request): boolean {
  return request.method === 'GET' && accepts(request, 'text/html');
}

function accepts(request: Request, type: string): boolean {
  return request.headers.get('accept')?.includes(type) ?? false;
}
