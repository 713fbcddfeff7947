import type { Settings } from '../../settings/schema.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { type Endpoint, endpointOf, endpointsOf, secretsOf } from './endpoints.ts';
import { type ChatModel, open } from './models.ts';
import { type Probe, probeImage, probeStream, probeTools } from './probes.ts';
import { publicUrl, redact } from './problem.ts';
import { type Listing, listRemote } from './remote.ts';

/** One thing that was tried; `detail` says what was found, or what failed with URL, status and body. No secrets. */
export type CheckResult = {
  check: 'configured' | 'reachable' | 'models' | 'stream' | 'tool call' | 'image';
  ok: boolean;
  detail: string;
  ms?: number;
};

export type ProviderCheck = { provider: string; url: string; ok: boolean; checks: CheckResult[] };

export type CheckOptions = {
  /** The id of the model to try; default the first allowed one. */
  model?: string;
  signal?: AbortSignal;
  /** Hears of each result as it comes. */
  onResult?: (result: CheckResult) => void;
};

/** An endpoint has this long for each thing it is asked; local models may have to be loaded first. */
const timeoutMs = 60_000;

/** The providers of the settings that `checkProvider` can be asked about. */
export const listProviders = (ai: Settings['ai']): string[] =>
  endpointsOf(ai).map(({ provider }) => provider);

/**
 * Tries a provider of the settings: reachable, lists models (those allowed are among them), streams an answer, makes
 * one tool round trip, sees one image. It stops at the first thing that fails, and never throws.
 */
export async function checkProvider(
  ai: Settings['ai'],
  provider: string,
  options: CheckOptions = {},
): Promise<ProviderCheck> {
  const checks: CheckResult[] = [];
  const endpoint = endpointOf(ai, provider);
  const results = endpoint ? run(endpoint, options) : [unknown(ai, provider)];
  for await (const result of results) {
    const clean = {
      ...result,
      detail: endpoint ? redact(result.detail, secretsOf(endpoint)) : result.detail,
    };
    checks.push(clean);
    options.onResult?.(clean);
    if (!result.ok) break;
  }
  const url = endpoint ? publicUrl(endpoint.baseUrl) : '';
  return { provider, url, ok: checks.every(({ ok }) => ok), checks };
}

/** Tries one opened model (the quick form has no settings): a tool round trip. */
export const checkModel = async (model: ChatModel, signal?: AbortSignal): Promise<CheckResult> => ({
  check: 'tool call',
  ...(await probeTools(model, limited(signal))),
});

function unknown(ai: Settings['ai'], provider: string): CheckResult {
  const hint = didYouMean(provider, listProviders(ai));
  return { check: 'configured', ok: false, detail: `No provider "${provider}" is set up.${hint}` };
}

async function* run(
  endpoint: Endpoint,
  { model: wanted, signal }: CheckOptions,
): AsyncGenerator<CheckResult> {
  if (endpoint.missing) {
    yield { check: 'configured', ok: false, detail: endpoint.missing };
    return;
  }
  const ids = endpoint.models.map(({ id }) => id);
  const choice = endpoint.models.find(
    ({ id, name }) => wanted === undefined || wanted === id || wanted === name,
  );
  if (choice) yield { check: 'configured', ok: true, detail: `${ids.length} model(s) allowed.` };
  if (!choice && wanted !== undefined) {
    const detail = `Model "${wanted}" is not among the allowed ones.${didYouMean(wanted, ids)}`;
    yield { check: 'configured', ok: false, detail };
    return;
  }
  const listing = await listRemote(endpoint, limited(signal));
  yield* reported(endpoint, listing);
  if (!choice) {
    yield { check: 'configured', ok: false, detail: noneAllowed(endpoint, listing) };
    return;
  }
  const model = await open(endpoint, choice);
  const probes: [CheckResult['check'], typeof probeStream][] = [
    ['stream', probeStream],
    ['tool call', probeTools],
    ['image', probeImage],
  ];
  for (const [check, probe] of probes) yield { check, ...(await probe(model, limited(signal))) };
}

/** What asking for the list of models tells: that somebody is there, and whether the allowed ones are on it. */
function* reported({ baseUrl, models }: Endpoint, listing: Listing): Generator<CheckResult> {
  if (listing.state === 'unreachable') {
    yield { check: 'reachable', ok: false, detail: listing.detail };
    return;
  }
  const { ms } = listing;
  const allowed = models.map(({ id }) => id);
  yield { check: 'reachable', ok: true, detail: `${publicUrl(baseUrl)} answers.`, ms };
  yield { check: 'models', ...compared(listing, allowed), ms };
}

function compared(listing: Exclude<Listing, { state: 'unreachable' }>, allowed: string[]): Probe {
  if (listing.state === 'refused' || listing.state === 'elsewhere')
    return { ok: false, detail: listing.detail };
  if (listing.state === 'no list')
    return { ok: true, detail: `It does not list its models. ${listing.detail}` };
  const listed = listing.models.map(({ id }) => id);
  const missing = allowed.filter((id) => !listed.includes(id));
  const count = `It lists ${listed.length} model(s)`;
  if (allowed.length === 0) return { ok: true, detail: `${count}.` };
  if (missing.length === 0) return { ok: true, detail: `${count}, the allowed ones among them.` };
  // Aliases and deployments are often not listed, so this alone is no failure.
  return {
    ok: true,
    detail: `${count}, but not ${missing.join(', ')}.${didYouMean(missing[0] ?? '', listed)}`,
  };
}

/** So many ids help to choose; more are for `providers models`. */
const SHOWN = 8;

function noneAllowed({ label, provider }: Endpoint, listing: Listing): string {
  const ids = listing.state === 'listed' ? listing.models.map(({ id }) => id) : [];
  const some =
    ids.length > 0
      ? ` There are ${ids.slice(0, SHOWN).join(', ')}${ids.length > SHOWN ? ' and others' : ''}.`
      : '';
  return `No model of ${label} is allowed, so none is available.${some} Choose with \`directus-assistant providers allow ${provider} MODEL\`.`;
}

const limited = (signal: AbortSignal | undefined): AbortSignal =>
  signal ? AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) : AbortSignal.timeout(timeoutMs);
