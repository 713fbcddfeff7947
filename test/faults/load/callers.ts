import { expect } from 'vitest';
import { type Answer, type Row, takeApart } from '../../live/server.ts';
import { type Ask, ask, openSession } from '../../protocol/fixtures/rpc.ts';

/** Calls a tool of the server. Fails when no answer comes, whatever Directus does. */
export type Call = (tool: string, args: Row) => Promise<Answer>;

type Reply = Parameters<typeof takeApart>[0];

/** Refusals of the server itself while Directus cannot say who is asking. */
const TURNED_AWAY = 503;

/** A client with a session over HTTP. @param url of the endpoint */
export async function callerInSession(url: string, token: string): Promise<Call> {
  return callerWith(url, { token, headers: await openSession(url, { token }) });
}

/**
 * A client over HTTP, in the session that its headers name or without one. A session that the server does not know any
 * more fails the test.
 */
export function callerWith(url: string, who: Pick<Ask, 'token' | 'headers'>): Call {
  return async (name, args) => {
    const { status, message, text } = await ask(url, 'tools/call', { name, arguments: args }, who);
    if (status === TURNED_AWAY) {
      const said = message.error?.message ?? '';
      expect(said, 'what to do is said').toMatch(/Directus cannot be reached.*Try again/);
      return { isError: true, text: `UNREACHABLE: ${said}\n-`, info: {}, data: undefined, media: [] };
    }
    expect(status, text).toBe(200);
    expect(message.result, text).toBeDefined();
    return takeApart(message.result as Reply);
  };
}
