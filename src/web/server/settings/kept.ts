import * as z from 'zod';
import { normaliseBaseUrl } from '../../../host/providers/endpoints.ts';
import type { CompatibleProvider } from '../../../settings/groups/ai.ts';
import { isSealed, maskAddress } from '../../../settings/secrets.ts';
import type { Masked } from '../../settings-api.ts';
import { ProblemError } from '../problem.ts';

const masked = z.strictObject({ set: z.literal(true), hint: z.string() });

/** A secret in a form: a new one, or the mask of the one that is kept. */
export const secret = z.union([z.string(), masked]);

/** A provider in a form; what is in it is for the schema of the settings to say. */
export const providerEntry = z.strictObject({
  was: z.string().optional(),
  name: z.string(),
  baseUrl: z.string(),
  apiKey: secret.optional(),
  headers: z.record(z.string(), secret).optional(),
  models: z.array(z.json()),
});

export const isMasked = (value: unknown): value is Masked => masked.safeParse(value).success;

/**
 * A provider as it goes into the settings: what was masked in the form stands there again. A secret is put back only
 * for the address that it was given for, so that nobody can have it sent elsewhere.
 * @param saved the providers of the settings, with secrets in plain text
 * @param at where the provider stands, with a dot at the end (`ai.compatible.0.`), for the field of an error
 * @throws ProblemError that names what is to be entered again
 */
export function whole(entry: z.output<typeof providerEntry>, saved: CompatibleProvider[], at: string) {
  const { was, apiKey, headers = {}, ...rest } = entry;
  const before = saved.find(({ name }) => name === was);
  const baseUrl = before && entry.baseUrl === maskAddress(before.baseUrl) ? before.baseUrl : entry.baseUrl;
  if (baseUrl.includes('••••'))
    throw new ProblemError('invalid', 'Enter the whole address: part of it was hidden.', `${at}baseUrl`);
  const isSame = before !== undefined && addressOf(before.baseUrl) === addressOf(baseUrl);

  function given(value: string | Masked, kept: string | undefined, field: string): string {
    if (!isMasked(value)) return plain(value, at + field);
    if (isSame && kept !== undefined) return kept;
    throw new ProblemError(
      'invalid',
      before && !isSame
        ? 'Enter this again: the base URL has changed, and what is kept goes only where it was meant for.'
        : 'Enter this again: it is not kept any more.',
      at + field,
    );
  }

  const key = apiKey === undefined ? '' : given(apiKey, before?.apiKey, 'apiKey');
  const sent = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    given(value, before?.headers?.[name], `headers.${name}`),
  ]);
  return {
    ...rest,
    baseUrl,
    ...(key && { apiKey: key }),
    ...(sent.length > 0 && { headers: Object.fromEntries(sent) }),
  };
}

/** A secret as somebody typed it, without what pasting adds. @throws ProblemError when it is a sealed one */
export function plain(text: string, field: string): string {
  const typed = text.trim();
  if (isSealed(typed)) throw new ProblemError('invalid', 'That is sealed: enter the secret itself.', field);
  return typed;
}

/** As it is asked; as it was typed where it is no address, which the schema will say. */
function addressOf(text: string): string {
  try {
    const { baseUrl, query } = normaliseBaseUrl(text);
    return `${baseUrl}?${new URLSearchParams(query)}`;
  } catch {
    return text;
  }
}
