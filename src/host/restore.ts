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
  const waiting = openApprovals(earlier);
  const waits = new Set(waiting.map(({ call }) => call.toolCallId));
  return {
    messages: closeCalls(earlier, ({ toolCallId }) => {
      if (waits.has(toolCallId)) return undefined;
      const value = wordsFor(calls.get(toolCallId));
      const record = calls.get(toolCallId);
      if (record) Object.assign(record, { state: 'failed', isError: true, output: value });
      return { type: 'error-text', value };
    }),
    pending: waiting.map(({ approvalId, call }) => pendingCall(approvalId, recordCall(calls, servers, call))),
  };
}

/** What is known of a call that has no result: its state is written down before it runs. */
const wordsFor = (record: CallRecord | undefined): string =>
  record?.state === 'called'
    ? 'The conversation was cut off here: this call was not run.'
    : 'The conversation was cut off here: this call may or may not have taken effect. Look first.';
