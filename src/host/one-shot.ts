import type { TextStreamPart, ToolSet, UserContent } from 'ai';
import type { Approve } from './approvals.ts';
import type { CallRecord } from './call-record.ts';
import { type ChatOptions, createChat, type TurnEnd } from './chat.ts';
import type { TokenUsage } from './costs/usage.ts';

export type OneShotOptions = Omit<ChatOptions, 'approve'> & {
  prompt: UserContent;
  approve: Exclude<Approve, 'ask'>;
  signal?: AbortSignal;
  /** Sees every part of the stream, for printing text as it comes. */
  onPart?: (part: TextStreamPart<ToolSet>) => void;
};

/** A call as a script reads it; `output` is the result of MCP, or the text of a failure. */
export type OneShotCall = Pick<
  CallRecord,
  'server' | 'tool' | 'action' | 'effect' | 'input' | 'output' | 'isError' | 'ms'
>;

export type OneShotResult = {
  /** `failed`, `stopped` and `limit` deserve an exit code of their own. */
  state: Exclude<TurnEnd['state'], 'approval'>;
  problem?: string;
  /** The model's last answer. */
  text: string;
  model: string;
  steps: number;
  toolCalls: OneShotCall[];
  usage: TokenUsage;
  finishReason: string;
  /** Calls that were not let run, and why. */
  denied: { server: string; tool: string; action: string; input: unknown; reason: string }[];
};

/** Asks once and lets the tools that `approve` allows run; for scripts. Never throws because of the model. */
export async function runOnce(options: OneShotOptions): Promise<OneShotResult> {
  const { prompt, onPart, signal, ...chatOptions } = options;
  const turn = createChat(chatOptions).send(prompt, signal ? { signal } : {});
  for await (const part of turn.stream) onPart?.(part);
  const { state, problem, text, steps, usage, finishReason, calls } = await turn.end;
  if (state === 'approval') throw new Error('A call waits for approval though nobody is there to give it.');
  return {
    state,
    ...(problem !== undefined && { problem }),
    text,
    model: options.model.name,
    steps,
    toolCalls: calls.filter((call) => call.state !== 'denied').map(toCall),
    usage,
    finishReason,
    denied: calls.filter((call) => call.state === 'denied').map(toDenied),
  };
}

const toCall = ({ server, tool, action, effect, input, output, isError, ms }: CallRecord): OneShotCall => ({
  server,
  tool,
  action,
  effect,
  input,
  output,
  isError: isError ?? false,
  ...(ms !== undefined && { ms }),
});

const toDenied = ({ server, tool, action, input, reason = '' }: CallRecord) => ({
  server,
  tool,
  action,
  input,
  reason,
});
