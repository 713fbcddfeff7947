import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';

/*
 * A question to a person waits in the instance that asked it, and the answer may come to another one. So the id of a
 * question, which the client sends back with the answer, names the instance: `NAME.7`.
 */

/** Makes a transport name its instance in the ids of what it asks clients. */
export function nameQuestions(transport: Transport, instance: string): void {
  const send = transport.send.bind(transport);
  transport.send = (message, options) => send(named(message, instance), options);
}

function named(message: JSONRPCMessage, instance: string): JSONRPCMessage {
  if (!('method' in message)) return message;
  if ('id' in message) return { ...message, id: `${instance}.${message.id}` };
  if (message.method !== 'notifications/cancelled') return message;
  const requestId = `${instance}.${String(message.params?.requestId)}`;
  return { ...message, params: { ...message.params, requestId } };
}

/** The instance that asked what a message answers; undefined when it is no answer. */
export function askerOf({ method, id }: Record<string, unknown>): string | undefined {
  if (method !== undefined || typeof id !== 'string') return undefined;
  const end = id.lastIndexOf('.');
  return end > 0 ? id.slice(0, end) : undefined;
}

/** The same message with the id that the instance itself gave. */
export function unnamed(message: Record<string, unknown>, instance: string): Record<string, unknown> {
  if (askerOf(message) !== instance || typeof message.id !== 'string') return message;
  return { ...message, id: Number(message.id.slice(instance.length + 1)) };
}
