import type { ModelMessage } from 'ai';
import type { PendingCall } from './approvals.ts';
import type { CallRecord } from './call-record.ts';
import { pendingCall, recordCall } from './calls.ts';
import { closeCalls, openApprovals } from './history.ts';
import type { Servers } from './mcp/servers.ts';

/**
 * An earlier conversation: what waited still waits, and a call that was cut off in the middle is closed.
 * @param calls gets the records of what waits; those of calls that were cut off are changed
 */
export function restore(
  earlier: readonly ModelMessage[],
  servers: Servers,
  calls: Map<string, CallRecord>,
): { messages: ModelMessage[]; pending: PendingCall[] } {
  settle(earlier, calls);
  const waiting = openApprovals(earlier);
  const waits = new Set(waiting.map(({ call }) => call.toolCallId));
  return {
    messages: closeCalls(earlier, ({ toolCallId }) => {
      if (waits.has(toolCallId)) return undefined;
      const record = calls.get(toolCallId);
      const value = wordsFor(record);
      if (record) Object.assign(record, { state: 'failed', isError: true, output: value });
      return { type: 'error-text', value };
    }),
    pending: waiting.map(({ approvalId, call }) => pendingCall(approvalId, recordCall(calls, servers, call))),
  };
}

/** A result can be written down before the record of its call says that there is one. */
function settle(messages: readonly ModelMessage[], calls: Map<string, CallRecord>): void {
  for (const { content } of messages) {
    for (const part of typeof content === 'string' ? [] : content) {
      const record = part.type === 'tool-result' ? calls.get(part.toolCallId) : undefined;
      if (part.type !== 'tool-result' || !record || ended.has(record.state)) continue;
      const { output } = part;
      const isError = output.type === 'error-text' || output.type === 'error-json';
      const state = output.type === 'execution-denied' ? 'denied' : isError ? 'failed' : 'done';
      Object.assign(record, { state, isError, output: 'value' in output ? output.value : output.reason });
    }
  }
}

const ended = new Set<CallRecord['state']>(['done', 'failed', 'denied']);

/** What is known of a call that has no result: its state is written down before it runs. */
const wordsFor = (record: CallRecord | undefined): string =>
  record?.state === 'called'
    ? 'The conversation was cut off here: this call was not run.'
    : 'The conversation was cut off here: this call may or may not have taken effect. Look first.';
