import type { Context } from 'hono';
import type { Parts } from './app.ts';
import type { Admitted } from './callers.ts';
import { type Body, idOf, readBody } from './incoming.ts';
import { SESSION_HEADER } from './live-session.ts';
import { LostError } from './lost.ts';
import { PAGE_HEADERS } from './page.ts';
import { isRefusal, type Refusal, refuse } from './refusal.ts';
import { type Env, noteMethod } from './request-log.ts';

/** A request to /mcp on its way. */
type Way = {
  c: Context<Env>;
  parts: Parts;
  request: Request;
  /** Sent on by another instance, which has held it to its limits already. */
  forwarded: boolean;
};

/**
 * Answers a request to /mcp: who sends it, how much they ask, what it is, then MCP.
 * @param request the one of the context, or one that another instance sent on
 */
export async function answer(c: Context<Env>, parts: Parts, request = c.req.raw): Promise<Response> {
  const way: Way = { c, parts, request, forwarded: request !== c.req.raw };
  const { admission, limits, page } = parts;
  const caller = await admission.recognise(request);
  if (isRefusal(caller)) {
    // A person in a browser gets a page instead of an error, with the same status.
    return caller.status === 401 && isBrowser(request)
      ? new Response(page, { status: 401, headers: { ...caller.headers, ...PAGE_HEADERS } })
      : refuse(caller);
  }
  c.set('user', caller.user);
  const tooOften = way.forwarded ? undefined : await limits.count(caller.id, 1);
  if (tooOften) return refuse(tooOften);
  const admitted = admission.admit(caller, request);
  if (isRefusal(admitted)) return refuse(admitted);
  if (request.method === 'POST') return post(way, admitted);
  if (isBrowser(request)) return c.body(page, 200, PAGE_HEADERS);
  const listens = request.method === 'GET' && accepts(request, 'text/event-stream');
  const inSession = request.headers.has(SESSION_HEADER) && (listens || request.method === 'DELETE');
  return inSession ? handle(way, admitted, undefined) : notAllowed();
}

async function post(way: Way, admitted: Admitted): Promise<Response> {
  const { c, parts, request, forwarded } = way;
  const { limits, settings } = parts;
  const { id } = admitted.caller;
  const doneReading = limits.read(id);
  if (typeof doneReading !== 'function') return refuse(doneReading);
  const body = await readBody(request, settings().bodyBytes).finally(doneReading);
  if (isRefusal(body)) return refuse(body);
  noteMethod(c, body);
  const refused = (why: Refusal) => refuse({ ...why, id: idOf(body) });
  const more = body.messages.length - 1;
  const tooOften = more > 0 && !forwarded ? await limits.count(id, more) : undefined;
  if (tooOften) return refused(tooOften);
  const calls = body.messages.filter(isCall).length;
  const streams = body.messages.filter(isListening).length;
  // Answers and cancellations need no place: calls wait for them. Streams that only listen have places of their own.
  for (const [count, take] of [[calls, limits.work] as const, [streams, limits.listen] as const]) {
    const leave = count > 0 && !forwarded ? take(id, count) : undefined;
    if (leave && typeof leave !== 'function') return refused(leave);
    if (leave) whenEnded(c, leave);
  }
  return handle(way, admitted, body);
}

async function handle(
  { c, parts, request, forwarded }: Way,
  admitted: Admitted,
  body: Body | undefined,
): Promise<Response> {
  // Whoever asked is gone already, and would not hear the answer.
  if (c.env.outgoing.closed) return new Response(null, { status: 408 });
  try {
    const onEnd = (ended: () => void) => whenEnded(c, ended);
    return await parts.mcp.handle({ request, body, admitted, forwarded, onEnd });
  } catch (error) {
    if (!(error instanceof LostError)) throw error;
    return refuse({ status: 502, message: error.message, id: body ? idOf(body) : null });
  }
}

/** Calls back when the answer was sent to its end, or the client is gone; also when it was gone before. */
function whenEnded(c: Context<Env>, ended: () => void): void {
  if (c.env.outgoing.closed) ended();
  else c.env.outgoing.once('close', ended);
}

function isCall({ id, method }: Record<string, unknown>): boolean {
  return method !== undefined && id !== undefined && !isListening({ method });
}

function isListening({ method }: Record<string, unknown>): boolean {
  return method === 'subscriptions/listen';
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
