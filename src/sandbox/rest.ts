import { SandboxError } from './errors.ts';

export type Rest = {
  /** Sends JSON or a form, and resolves to `data` of the answer. Throws with Directus's own words otherwise. */
  send(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<unknown>;
};

/** Directus's REST API, as far as filling a newsroom needs it. */
export function directusRest(url: string, token: string, signal?: AbortSignal): Rest {
  return {
    async send(method, path, body) {
      const form = body instanceof FormData;
      const reply = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && !form ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: form ? body : JSON.stringify(body) } : {}),
        ...(signal ? { signal } : {}),
      });
      const text = await reply.text();
      if (!reply.ok) {
        throw new SandboxError(`The newsroom could not be filled: ${method} ${path}: ${text.slice(0, 300)}`);
      }
      return text ? JSON.parse(text).data : undefined;
    },
  };
}
