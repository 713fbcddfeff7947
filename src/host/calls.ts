import type { TextStreamPart, ToolSet } from 'ai';
import type { PendingCall } from './approvals.ts';
import type { CallRecord } from './call-record.ts';
import { estimateTokens } from './context/tokens.ts';
import { isErrorResult, type ModelOutput, textOf } from './mcp/output.ts';
import type { Servers } from './mcp/servers.ts';

type Part = TextStreamPart<ToolSet>;
type ToolCall = { toolCallId: string; toolName: string; input: unknown };

/** Keeps the records of a turn's calls. */
export type CallBook = {
  see(part: Part): void;
  started(call: ToolCall): void;
  ended(call: ToolCall, ms: number): void;
  /** Notes what a call would do, for the person who is asked about it. */
  previewed(call: ToolCall, text: string): void;
  pending(request: Extract<Part, { type: 'tool-approval-request' }>): PendingCall;
  /** Marks a call that will get no result any more, and says what the model is told of it. */
  close(toolCallId: string, stopped: boolean): ModelOutput;
  ofThisTurn(): CallRecord[];
};

/** The record of a call, made when it is first heard of. */
export function recordCall(
  calls: Map<string, CallRecord>,
  servers: Servers,
  { toolCallId, toolName, input }: ToolCall,
): CallRecord {
  const known = calls.get(toolCallId);
  if (known) return known;
  const call = servers.describe(toolName, input);
  const record: CallRecord = { toolCallId, toolName, input, ...call, state: 'called' };
  calls.set(toolCallId, record);
  return record;
}

/** A call as the person who is asked about it sees it. */
export function pendingCall(approvalId: string, record: CallRecord): PendingCall {
  const { toolCallId, toolName, server, tool, action, effect, input, preview } = record;
  const call = { approvalId, toolCallId, toolName, server, tool, action, effect, input };
  return { ...call, ...(preview !== undefined && { preview }) };
}

export function createCallBook(calls: Map<string, CallRecord>, servers: Servers): CallBook {
  const touched = new Set<string>();

  function recordOf(call: ToolCall): CallRecord {
    touched.add(call.toolCallId);
    return recordCall(calls, servers, call);
  }

  function failed(record: CallRecord, reason: unknown): void {
    record.state = 'failed';
    record.isError = true;
    record.output = textOf(reason);
    record.tokens = estimateTokens(textOf(reason));
  }

  return {
    previewed(call, text) {
      recordOf(call).preview = text;
    },
    started: (call) => {
      recordOf(call).state = 'running';
    },
    ended: (call, ms) => {
      recordOf(call).ms = Math.round(ms);
    },
    see(part) {
      if (part.type === 'tool-call') recordOf(part);
      else if (part.type === 'tool-error') failed(recordOf(part), part.error);
      else if (part.type === 'tool-result' && !part.preliminary) {
        const record = recordOf(part);
        record.state = 'done';
        record.output = part.output;
        record.isError = isErrorResult(part.output);
        record.tokens = estimateTokens(textOf(part.output));
      } else if (part.type === 'tool-approval-response' && !part.approved) {
        recordOf(part.toolCall).reason = part.reason ?? '';
      } else if (part.type === 'tool-output-denied') {
        const record = calls.get(part.toolCallId);
        touched.add(part.toolCallId);
        if (record) record.state = 'denied';
      }
    },
    pending: ({ approvalId, toolCall }) => pendingCall(approvalId, recordOf(toolCall)),
    close(toolCallId, stopped) {
      const record = calls.get(toolCallId);
      const ran = record?.state === 'running';
      const why = stopped ? 'The person stopped it.' : 'The answer was cut off.';
      const value = ran
        ? `${why} The call was running: it may or may not have taken effect. Look before you repeat it.`
        : `${why} The call was not run.`;
      if (record) failed(record, value);
      return { type: 'error-text', value };
    },
    ofThisTurn: () => [...touched].flatMap((id) => calls.get(id) ?? []),
  };
}
