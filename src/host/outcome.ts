import type { ChatModel } from './providers/models.ts';

/** How a turn ended, and why it did not end well. */
export type Outcome = {
  state: 'done' | 'approval' | 'limit' | 'stopped' | 'failed';
  problem?: string;
  retryable?: boolean;
};

/** What was seen of a turn. */
export type Seen = {
  stopped: boolean;
  /** The first error in the stream. */
  error: unknown;
  finishReason: string;
  rawFinishReason: string | undefined;
  text: string;
  steps: number;
  maxSteps: number;
  /** The last step called tools. */
  calledTools: boolean;
  /** Calls that wait for a person. */
  waiting: number;
  model: Pick<ChatModel, 'label' | 'baseUrl' | 'maxOutput' | 'explain'>;
};

/** Judges how a turn ended. Only a reason that says "finished" is a success: a stream that was cut gives none. */
export function judgeEnd(seen: Seen): Outcome {
  const { finishReason, rawFinishReason, model } = seen;
  const failed = (problem: string): Outcome => ({ state: 'failed', problem, retryable: true });
  if (seen.stopped) return { state: 'stopped' };
  if (seen.error !== undefined) {
    const { message, retryable } = model.explain(seen.error);
    return { state: 'failed', problem: message, retryable };
  }
  if (finishReason === 'length') {
    const limit = model.maxOutput === undefined ? '' : ` of ${model.maxOutput} tokens`;
    return { state: 'limit', problem: `The answer was cut at its limit${limit}.` };
  }
  if (finishReason === 'content-filter') {
    return {
      state: 'failed',
      problem: `${model.label} stopped the answer by its content filter.`,
      retryable: false,
    };
  }
  if (finishReason !== 'stop' && finishReason !== 'tool-calls') {
    const why = rawFinishReason
      ? `ended the answer with "${rawFinishReason}".`
      : 'broke off in the middle of the answer: the connection was cut, or the server ended it without a reason.';
    return failed(
      `${model.label} at ${model.baseUrl} ${why} What had come is kept; nothing half-said was run.`,
    );
  }
  if (seen.waiting > 0) return { state: 'approval' };
  if (seen.calledTools) {
    const problem = `The limit of ${seen.maxSteps} steps in one turn was reached before the work was finished.`;
    return { state: 'limit', problem };
  }
  if (seen.text.trim() === '' && seen.steps <= 1)
    return failed(`${model.label} at ${model.baseUrl} answered nothing.`);
  return { state: 'done' };
}
