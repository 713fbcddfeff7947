import { type AuthInfo, createMcpHandler } from '@modelcontextprotocol/server';
import { usesHere } from '../guard/confirm.ts';
import type { Loaded } from '../settings/load.ts';
import { heardRequest } from './heard-request.ts';
import { recogniseByToken } from './http/caller.ts';
import { createCallers } from './http/callers.ts';
import type { Log } from './http/log.ts';
import { isRefusal, refuse } from './http/refusal.ts';
import { createServer } from './server.ts';

/** The tools for clients inside this process, which reach them by MCP like anybody else. */
export type Inside = {
  /** What a client of HTTP sends its requests with, to act with this Directus token. */
  fetchFor(token: string): typeof fetch;
  /** Settings have changed: clients are told that the tools may have. */
  renew(): void;
  close(): Promise<void>;
};

/**
 * Serves MCP without a socket. What is for strangers does not stand in between: limits, sessions of the older
 * protocol, and the switch that turns the server off for clients outside.
 * @param loaded the settings in force now
 */
export function serveInside(loaded: () => Loaded, log: Log): Inside {
  const on = (): Loaded => {
    const now = loaded();
    return { ...now, settings: { ...now.settings, mcpEnabled: true } };
  };
  const callers = createCallers(
    on,
    recogniseByToken(() => on().settings),
    usesHere,
    log,
  );
  const onerror = (error: Error) => log({ event: 'warning', text: `MCP: ${error.constructor.name}` });
  const handler = createMcpHandler(
    ({ authInfo }) => createServer((context) => callers.sessionOf(context?.http?.authInfo ?? authInfo)),
    { onerror },
  );

  async function answer(request: Request): Promise<Response> {
    const caller = await callers.recognise(request);
    if (isRefusal(caller)) return refuse(caller);
    const admitted = callers.admit(caller, request);
    if (isRefusal(admitted)) return refuse(admitted);
    const authInfo: AuthInfo = admitted.authInfo;
    return handler.fetch(request, { authInfo });
  }

  return {
    fetchFor: (token) => (input, init) => {
      const request = heardRequest(input, init);
      request.headers.set('authorization', `Bearer ${token}`);
      return answer(request);
    },
    renew() {
      callers.renew();
      handler.notify.toolsChanged();
    },
    close: () => handler.close(),
  };
}
