import * as z from 'zod';
import { knownModels } from '../../../host/providers/catalogue.ts';
import { endpointOf, secretsOf } from '../../../host/providers/endpoints.ts';
import { redact } from '../../../host/providers/problem.ts';
import { listRemote } from '../../../host/providers/remote.ts';
import { faultIn } from '../../../settings/fault.ts';
import { BUILT_IN, compatible } from '../../../settings/groups/ai.ts';
import { type Settings, settingsSchema } from '../../../settings/schema.ts';
import type { OfferedModels } from '../../settings-api.ts';
import { ProblemError } from '../problem.ts';
import { isMasked, plain, providerEntry, secret, whole } from './kept.ts';

type Ai = Settings['ai'];

export const questionInput = z.union([
  z.strictObject({ provider: z.string() }),
  z.strictObject({
    provider: z.enum(BUILT_IN),
    form: z.strictObject({ apiKey: secret.optional(), models: z.array(z.json()) }),
  }),
  z.strictObject({ provider: z.string(), form: providerEntry }),
]);

type Question = z.output<typeof questionInput>;

/**
 * The settings of models as they would be with the form in place of what is saved.
 * @returns also the name of the provider in it
 * @throws ProblemError that names the field of the form that is wrong
 */
export function settingsWith(ai: Ai, question: Question): { ai: Ai; provider: string } {
  if (!('form' in question)) return { ai, provider: question.provider };
  const { provider, form } = question;
  if ('baseUrl' in form) {
    const entry = parsed(compatible, whole(form, ai.compatible, ''));
    return { ai: { ...ai, compatible: [entry] }, provider: entry.name };
  }
  const kind = z.enum(BUILT_IN).parse(provider);
  const { apiKey = '', models } = form;
  const key = isMasked(apiKey) ? ai[kind].apiKey : plain(apiKey, 'apiKey');
  const entry = parsed(settingsSchema, { ai: { [kind]: { ...(key && { apiKey: key }), models } } });
  return { ai: { ...ai, [kind]: entry.ai[kind] }, provider: kind };
}

function parsed<T>(type: z.ZodType<T>, value: unknown): T {
  const { data, error, success } = type.safeParse(value);
  if (success) return data;
  const { field, message } = faultIn(error, []);
  throw new ProblemError('invalid', message, field.replace(/^ai\.\w+\./, ''));
}

/** An endpoint has this long to list its models. */
const TIMEOUT_MS = 30_000;

/** What a provider offers, to choose the allowed models from. @throws ProblemError when there is no such provider */
export async function offeredModels(ai: Ai, provider: string, signal: AbortSignal): Promise<OfferedModels> {
  const endpoint = endpointOf(ai, provider);
  if (!endpoint) throw new ProblemError('not-found', `There is no provider "${provider}".`);
  const known = endpoint.kind === 'compatible' ? [] : knownModels(endpoint.kind);
  const nameOf = (id: string) => known.find((model) => model.id === id)?.name;
  if (endpoint.missing) {
    const note = 'Without a key it cannot be asked; these are the models known by name.';
    return { models: known.map(({ id, name }) => ({ id, name })), note };
  }
  const listing = await listRemote(endpoint, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]));
  if (listing.state === 'listed') {
    const models = listing.models.map(({ id, contextWindow }) => {
      const name = nameOf(id);
      return { id, ...(name && { name }), ...(contextWindow && { contextWindow }) };
    });
    return { models: models.toSorted((a, b) => a.id.localeCompare(b.id)) };
  }
  return {
    models: known.map(({ id, name }) => ({ id, name })),
    note: redact(listing.detail, secretsOf(endpoint)),
  };
}
