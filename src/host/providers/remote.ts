import * as z from 'zod';
import { rootCause } from '../cause.ts';
import type { Endpoint } from './endpoints.ts';
import { adviceFor, publicUrl, readBody } from './problem.ts';
import { patientFetch } from './quirks/patience.ts';

/** A model that an endpoint lists. Few say how much fits into one request. */
export type RemoteModel = { id: string; contextWindow: number | undefined };

/** What became of asking an endpoint for its models. `detail` is a sentence for people, which may hold secrets. */
export type Listing =
  | { state: 'listed'; models: RemoteModel[]; ms: number }
  /** It answers, but not with a list; many serve models well all the same. */
  | { state: 'no list'; detail: string; ms: number }
  | { state: 'refused'; detail: string; ms: number }
  /** The list is one step further down: the base URL lacks its `/v1`. */
  | { state: 'elsewhere'; baseUrl: string; detail: string; ms: number }
  | { state: 'unreachable'; detail: string };

/** Servers name the size of the context as they like. */
const openAiList = z.object({
  data: z.array(
    z
      .object({
        id: z.string(),
        context_length: z.number().nullish(),
        context_window: z.number().nullish(),
        max_context_length: z.number().nullish(),
        max_model_len: z.number().nullish(),
        max_input_tokens: z.number().nullish(),
      })
      .transform(({ id, ...sizes }) => ({
        id,
        contextWindow: Object.values(sizes).find((size) => typeof size === 'number') ?? undefined,
      })),
  ),
});

const googleList = z.object({
  models: z.array(
    z
      .object({ name: z.string(), inputTokenLimit: z.number().optional() })
      .transform(({ name, inputTokenLimit }) => ({
        id: name.replace(/^models\//, ''),
        contextWindow: inputTokenLimit,
      })),
  ),
});

const modelList = z.union([
  openAiList.transform(({ data }) => data),
  googleList.transform(({ models }) => models),
]);

/** Asks an endpoint which models it has. Never throws. */
export async function listRemote(endpoint: Endpoint, signal: AbortSignal): Promise<Listing> {
  const asked = await ask(endpoint, endpoint.baseUrl, signal);
  if (asked.state !== 'no list' || /\/v\d\w*$/.test(endpoint.baseUrl)) return asked;
  const baseUrl = `${endpoint.baseUrl}/v1`;
  const further = await ask(endpoint, baseUrl, signal);
  if (further.state !== 'listed') return asked;
  const detail = `${asked.detail} With /v1 at its end it lists ${further.models.length} model(s): set the base URL to ${publicUrl(baseUrl)}.`;
  return { state: 'elsewhere', baseUrl, detail, ms: asked.ms };
}

async function ask(endpoint: Endpoint, baseUrl: string, signal: AbortSignal): Promise<Listing> {
  const url = `${baseUrl}/models`;
  const shown = publicUrl(url);
  const started = performance.now();
  let response: Response;
  let body: string;
  try {
    const query = new URLSearchParams({ ...page[endpoint.kind], ...endpoint.query }).toString();
    response = await patientFetch()(query ? `${url}?${query}` : url, { headers: authOf(endpoint), signal });
    body = await response.text();
  } catch (error) {
    const detail = `${shown} cannot be reached (${rootCause(error)}). Check that it runs and the base URL is right.`;
    return { state: 'unreachable', detail };
  }
  const ms = Math.round(performance.now() - started);
  const models = response.ok ? modelList.safeParse(parse(body)).data : undefined;
  if (models) return { state: 'listed', models, ms };
  const { status } = response;
  const detail = `${shown} answered ${status}: ${readBody(body).replace(/\.$/, '')}.`;
  return status === 401 || status === 403
    ? { state: 'refused', detail: `${detail}${adviceFor(status, endpoint.label)}`, ms }
    : { state: 'no list', detail, ms };
}

/** Some list twenty unless they are asked for more. */
const page: Record<Endpoint['kind'], Record<string, string>> = {
  openai: {},
  anthropic: { limit: '1000' },
  google: { pageSize: '1000' },
  compatible: {},
};

function authOf({ kind, apiKey, headers }: Endpoint): Record<string, string> {
  if (!apiKey) return headers;
  switch (kind) {
    case 'anthropic':
      return { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01', ...headers };
    case 'google':
      return { 'x-goog-api-key': apiKey, ...headers };
    default:
      return { authorization: `Bearer ${apiKey}`, ...headers };
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
