import { endpointsOf } from '../../../src/host/providers/endpoints.ts';
import { type ChatModel, open } from '../../../src/host/providers/models.ts';
import { isModelProblem, type ModelProblem } from '../../../src/host/providers/problem.ts';
import { type AttendOptions, attend, type ModelEvent } from '../../../src/host/providers/quirks/attend.ts';
import type { Patience } from '../../../src/host/providers/quirks/patience.ts';
import { compatible } from '../fixtures/setup.ts';
import type { Answer } from './ask.ts';
import { type ChatRequest, type Reply, replay } from './replay-server.ts';

export type Attended = {
  /** As a turn asks it. */
  model: ReturnType<typeof attend>;
  chatModel: ChatModel;
  events: ModelEvent[];
  /** Milliseconds it waited; nothing really waits. */
  waits: number[];
  requests: ChatRequest[];
  url: string;
};

/** A model whose endpoint replays recordings. */
export async function openReplay(
  replies: Reply[],
  options: Partial<AttendOptions> & {
    settings?: Record<string, unknown>;
    patience?: Patience;
    modelId?: string;
  } = {},
): Promise<Attended> {
  const { url, requests } = await replay(...replies);
  const events: ModelEvent[] = [];
  const waits: number[] = [];
  const id = options.modelId ?? 'tester';
  const [endpoint] = endpointsOf(compatible(url, { id, ...options.settings }));
  const choice = endpoint?.models[0];
  if (!endpoint || !choice) throw new Error('The settings have no model.');
  const chatModel = await open(endpoint, choice, options.patience);
  const model = attend(chatModel, {
    maxRetries: 0,
    onEvent: (event) => events.push(event),
    wait: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
  return { model, chatModel, events, waits, requests, url };
}

/** The one problem an answer ended with. */
export function problemOf({ errors }: Answer): ModelProblem {
  const [problem, ...more] = errors;
  if (!isModelProblem(problem) || more.length > 0)
    throw new Error(`Not one problem: ${JSON.stringify(errors)}`);
  return problem;
}
