import { type ChatModel, ModelProblem } from '../../../host/index.ts';

/** How a conversation is shown while no model is set up. It is never asked: a turn opens a model first. */
export const noModel: ChatModel = {
  name: '',
  provider: '',
  id: '',
  label: 'no model',
  contextWindow: 128_000,
  maxOutput: undefined,
  attachments: false,
  reasoning: false,
  providerOptions: undefined,
  price: undefined,
  quirks: {},
  baseUrl: '',
  callOptions: {},
  languageModel: {
    specificationVersion: 'v4',
    provider: '',
    modelId: '',
    supportedUrls: {},
    doGenerate: refuse,
    doStream: refuse,
  },
  explain: (error) => (error instanceof ModelProblem ? error : problem()),
  adapt: () => undefined,
};

function refuse(): never {
  throw problem();
}

function problem(): ModelProblem {
  return new ModelProblem('No model is set up. An admin chooses one in Settings.', { provider: '' });
}
