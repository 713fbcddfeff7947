import { defaultModelName, listModels, type ModelChoice } from '../../../host/index.ts';
import type { Settings } from '../../../settings/schema.ts';
import type { Models } from '../../api.ts';

/**
 * The models somebody may choose, with what a page may know of them: what is sent to a provider is not for it.
 * @param refusal why they may not use a model
 */
export function modelsFor(ai: Settings['ai'], refusal: (model: string) => string | undefined): Models {
  const models = listModels(ai)
    .filter(({ name }) => refusal(name) === undefined)
    .map((model): ModelChoice => ({ ...model, providerOptions: undefined, quirks: {} }));
  const usual = defaultModelName(ai);
  const standard = models.find(({ name }) => name === usual) ?? models[0];
  return { models, standard: standard?.name };
}
