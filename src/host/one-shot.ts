import type { TextStreamPart, ToolSet, UserContent } from 'ai';
import type { Approve } from './approvals.ts';
import type { ChatOptions } from './chat.ts';
import type { CallRecord, TokenUsage } from './usage.ts';

export type OneShotOptions = Omit<ChatOptions, 'approve'> & {
  prompt: UserContent;
  approve: Exclude<Approve, 'ask'>;
  signal?: AbortSignal;
  /** Sees every part of the stream, for printing text as it comes. */
  onPart?: (part: TextStreamPart<ToolSet>) => void;
};

export type OneShotResult = {
  /** `failed`, `stopped` and `limit` deserve an exit code of their own. */
  state: 'done' | 'limit' | 'stopped' | 'failed';
  problem?: string;
  /** The model's last answer. */
  text: string;
  model: string;
  steps: number;
  toolCalls: Pick<CallRecord, 'server' | 'tool' | 'action' | 'input' | 'output' | 'isError' | 'ms'>[];
  usage: TokenUsage;
  finishReason: string;
  /** Calls that were not let run, and why. */
  denied: { server: string; tool: string; action: string; input: unknown; reason: string }[];
};

/** Asks once and lets the tools that `approve` allows run; for scripts. Never throws because of the model. */
export async function runOnce(options: OneShotOptions): Promise<OneShotResult> {
  throw new Error(`to be built: ${options.approve}`);
}
