import { randomBytes } from 'node:crypto';
import type {
  JSONRPCMessage,
  RequestId,
  Transport,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

/*
 * A question to a person waits in one process, in one life of one session, and a late answer must find that very one or
 * none: a yes to what is not asked any more must never be taken for a yes to something else. So the id of a question,
 * which the client sends back with the answer, is `INSTANCE.LIFE.NUMBER`, and nothing else is an answer.
 */

/** What one life of a session has asked, and has been asked. */
export type Traffic = {
  /** Requests of the client that are being worked on. */
  calls: Set<RequestId>;
  /** Questions that wait for an answer, by their whole ids. */
  questions: Set<string>;
  /** Takes what came from the client: answers lose what was added to their ids; those that nobody waits for are left out. */
  take(messages: Record<string, unknown>[]): Record<string, unknown>[];
  /** Forgets requests that were refused before anybody worked on them. */
  forget(messages: Record<string, unknown>[]): void;
  /** Ends what would go on waiting for answers to requests that these messages have taken back. */
  endCancelled(messages: Record<string, unknown>[]): void;
};

type Watched = Transport & Pick<WebStandardStreamableHTTPServerTransport, 'closeSSEStream'>;

/** Watches what goes through a transport, and names what it asks. @param instance stands for this process */
export function watchTraffic(transport: Watched, instance: string): Traffic {
  const prefix = `${instance}.${randomBytes(9).toString('base64url')}.`;
  const calls = new Set<RequestId>();
  const questions = new Set<string>();
  /** With each request those that came with it and are not done: their answers come on one stream. */
  const beside = new Map<RequestId, Set<RequestId>>();

  /** The library ends a stream when all has been answered. What was cancelled never is, and clients need not hang up. */
  const done = (id: RequestId) => {
    const others = beside.get(id);
    beside.delete(id);
    others?.delete(id);
    if (others?.size === 0) transport.closeSSEStream(id);
  };

  const named = (message: JSONRPCMessage): JSONRPCMessage => {
    if (!('method' in message)) {
      if (message.id !== undefined) calls.delete(message.id);
      return message;
    }
    if ('id' in message) {
      const id = prefix + message.id;
      questions.add(id);
      return { ...message, id };
    }
    if (message.method !== 'notifications/cancelled') return message;
    const requestId = prefix + String(message.params?.requestId);
    questions.delete(requestId);
    return { ...message, params: { ...message.params, requestId } };
  };
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    await send(named(message), options);
    if (!('method' in message) && message.id !== undefined) done(message.id);
  };

  return {
    calls,
    questions,
    take(messages) {
      const together = new Set<RequestId>();
      return messages.flatMap((message) => {
        const { id, method, params } = message;
        if (method === undefined) {
          const waits = typeof id === 'string' && questions.delete(id);
          return waits ? [{ ...message, id: Number(id.slice(prefix.length)) }] : [];
        }
        if (isId(id)) {
          calls.add(id);
          beside.set(id, together.add(id));
        }
        // What was cancelled is never answered.
        if (method === 'notifications/cancelled') calls.delete(cancelledBy(params));
        return [message];
      });
    },
    forget(messages) {
      for (const { id, method } of messages) {
        if (method === undefined || !isId(id)) continue;
        calls.delete(id);
        beside.delete(id);
      }
    },
    endCancelled(messages) {
      for (const { method, params } of messages)
        if (method === 'notifications/cancelled') done(cancelledBy(params));
    },
  };
}

/** The instance that asked what a message answers; undefined when it answers nothing of ours. */
export function askerOf({ method, id }: Record<string, unknown>): string | undefined {
  if (method !== undefined || typeof id !== 'string') return undefined;
  const [, instance] = /^([\w-]+)\.[\w-]+\.\d+$/.exec(id) ?? [];
  return instance;
}

function isId(id: unknown): id is RequestId {
  return typeof id === 'string' || typeof id === 'number';
}

function cancelledBy(params: unknown): RequestId {
  const { requestId } = (params ?? {}) as { requestId?: unknown };
  return isId(requestId) ? requestId : '';
}
