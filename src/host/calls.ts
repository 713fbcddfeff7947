import type { TextStreamPart, ToolSet } from 'ai';
import { type PendingCall, shownOf } from './approvals.ts';
import type { CallRecord } from './call-record.ts';
import { readResultName } from './context/aside.ts';
import { estimateTokens } from './context/tokens.ts';
import { isErrorResult, type ModelOutput, textOf } from './mcp/output.ts';
import type { CallInfo, Servers } from './mcp/servers.ts';

type Part = TextStreamPart<ToolSet>;
type ToolCall = { toolCallId: string; toolName: string; input: unknown };

/** Keeps the records of a turn's calls. */
export type CallBook = {
  see(part: Part): void;
  /** Marks a call as running. */
  started(call: ToolCall): void;
  ended(toolCallId: string, ms: number): void;
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
  const call = describeCall(servers, toolName, input);
  const record: CallRecord = { toolCallId, toolName, input, ...call, state: 'called' };
  calls.set(toolCallId, record);
  return record;
}

/** What a call is about; the tool of the host itself reads. */
export const describeCall = (servers: Servers, toolName: string, input: unknown): CallInfo =>
  toolName === readResultName
    ? { server: '', tool: toolName, action: '', effect: 'read' }
    : servers.describe(toolName, input);

/** A call as the person who is asked about it sees it. */
export function pendingCall(approvalId: string, record: CallRecord): PendingCall {
  const { toolCallId, toolName, server, tool, action, effect, input, preview } = record;
  const call = {
    approvalId,
    shown: shownOf(preview),
    toolCallId,
    toolName,
    server,
    tool,
    action,
    effect,
    input,
  };
  return { ...call, ...(preview !== undefined && { preview }) };
}

/** @param changed told of a record each time something new is known of it */
export function createCallBook(
  calls: Map<string, CallRecord>,
  servers: Servers,
  changed: (call: CallRecord) => void,
): CallBook {
  const touched = new Set<string>();

  function recordOf(call: ToolCall): CallRecord {
    touched.add(call.toolCallId);
    return recordCall(calls, servers, call);
  }

  function change(toolCallId: string, change: Partial<CallRecord>): void {
    const record = calls.get(toolCallId);
    if (!record) return;
    touched.add(toolCallId);
    changed(Object.assign(record, change));
  }

  function failed(toolCallId: string, reason: unknown): void {
    const output = textOf(reason);
    change(toolCallId, { state: 'failed', isError: true, output, tokens: estimateTokens(output) });
  }

  return {
    previewed: (call, text) => change(recordOf(call).toolCallId, { preview: text }),
    started: (call) => change(recordOf(call).toolCallId, { state: 'running' }),
    ended: (toolCallId, ms) => change(toolCallId, { ms: Math.round(ms) }),
    see(part) {
      if (part.type === 'tool-call') changed(recordOf(part));
      else if (part.type === 'tool-error') failed(recordOf(part).toolCallId, part.error);
      else if (part.type === 'tool-result' && !part.preliminary) {
        const { toolCallId } = recordOf(part);
        const tokens = estimateTokens(textOf(part.output));
        change(toolCallId, {
          state: 'done',
          output: part.output,
          isError: isErrorResult(part.output),
          tokens,
        });
      } else if (part.type === 'tool-approval-response' && !part.approved) {
        change(recordOf(part.toolCall).toolCallId, { reason: part.reason ?? '' });
      } else if (part.type === 'tool-output-denied') change(part.toolCallId, { state: 'denied' });
    },
    pending: ({ approvalId, toolCall }) => pendingCall(approvalId, recordOf(toolCall)),
    close(toolCallId, stopped) {
      const record = calls.get(toolCallId);
      const ran = record?.state === 'running';
      const why = stopped ? 'The person stopped it.' : 'The answer was cut off.';
      const value = ran
        ? `${why} The call was running: it may or may not have taken effect. Look before you repeat it.`
        : `${why} The call was not run.`;
      failed(toolCallId, value);
      return { type: 'error-text', value };
    },
    ofThisTurn: () => [...touched].flatMap((id) => calls.get(id) ?? []),
  };
}
