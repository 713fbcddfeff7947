import { readRequestBody } from '@modelcontextprotocol/server';
import type { Context } from 'hono';
import { heardRequest } from '../heard-request.ts';
import { answer } from './answer.ts';
import type { Parts } from './app.ts';
import { PROOF_HEADER } from './peers.ts';
import type { Env } from './request-log.ts';

/** Answers another instance. To everybody else there is nothing here. */
export async function answerPeer(c: Context<Env>, parts: Parts): Promise<Response> {
  const { peers, settings } = parts;
  // Sealing makes a body a third longer, and its headers come with it.
  const most = settings().bodyBytes * 2 + 65_536;
  // A stranger's body is not even read.
  if (!peers.isPeer(c.req.raw.headers)) return c.notFound();
  const read = await readRequestBody(c.req.raw, most).catch(() => undefined);
  const message = read && !read.tooLarge ? peers.take(read.text) : undefined;
  if (!message) return c.notFound();
  if (message.kind === 'use')
    return c.text(await peers.answerUse(message.token), 200, { [PROOF_HEADER]: message.proof });
  const { method, path, headers, body, proof } = message;
  const request = heardRequest(new URL(path, 'http://localhost'), {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    signal: c.req.raw.signal,
  });
  const response = await answer(c, parts, request);
  const shown = new Headers(response.headers);
  shown.set(PROOF_HEADER, proof);
  return new Response(response.body, { status: response.status, headers: shown });
}
