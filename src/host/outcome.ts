import type { ChatModel } from './providers/models.ts';
import type { ProblemKind } from './providers/problem.ts';

/** How a turn ended, and why it did not end well. */
export type Outcome = {
  state: 'done' | 'approval' | 'limit' | 'stopped' | 'failed';
  problem?: string;
  retryable?: boolean;
  /** Of a failure. */
  kind?: ProblemKind;
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
  const failed = (kind: ProblemKind, problem: string): Outcome => ({
    state: 'failed',
    problem,
    retryable: kind !== 'content-filter',
    kind,
  });
  const who = `${model.label} at ${model.baseUrl}`;
  if (seen.stopped) return { state: 'stopped' };
  if (seen.error !== undefined) {
    const { message, retryable, kind } = model.explain(seen.error);
    return { state: 'failed', problem: message, retryable, kind };
  }
  if (finishReason === 'length') {
    const limit = model.maxOutput === undefined ? '' : ` of ${model.maxOutput} tokens`;
    return { state: 'limit', problem: `The answer was cut at its limit${limit}.` };
  }
  if (finishReason === 'content-filter') {
    return failed('content-filter', `${model.label} stopped the answer by its content filter.`);
  }
  if (finishReason !== 'stop' && finishReason !== 'tool-calls') {
    const kept = 'What had come is kept; nothing half-said was run.';
    if (rawFinishReason === undefined) {
      const cause = 'the connection was cut, or the server ended it without a reason';
      return failed('cut', `${who} broke off in the middle of the answer: ${cause}. ${kept}`);
    }
    const full = rawFinishReason === 'model_context_window_exceeded';
    return failed(
      full ? 'context-overflow' : 'other',
      `${who} ended the answer with "${rawFinishReason}". ${kept}`,
    );
  }
  if (seen.waiting > 0) return { state: 'approval' };
  if (seen.calledTools) {
    const problem = `The limit of ${seen.maxSteps} steps in one turn was reached before the work was finished.`;
    return { state: 'limit', problem };
  }
  if (seen.text.trim() === '' && seen.steps <= 1) return failed('empty', `${who} answered nothing.`);
  return { state: 'done' };
}
