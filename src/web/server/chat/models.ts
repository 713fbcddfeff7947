import { defaultModelName, listModels, type ModelChoice } from '../../../host/index.ts';
import type { Settings } from '../../../settings/schema.ts';
import type { Models } from '../../api.ts';

/** The models people may choose, with what a page may know of them: what is sent to a provider is not for it. */
export function modelsFor(ai: Settings['ai']): Models {
  const models = listModels(ai).map(
    (model): ModelChoice => ({ ...model, providerOptions: undefined, quirks: {} }),
  );
  return { models, standard: models.length > 0 ? defaultModelName(ai) : undefined };
}
