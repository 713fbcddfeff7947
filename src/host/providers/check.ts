import { generateText, isStepCount, jsonSchema, tool } from 'ai';
import * as z from 'zod';
import type { Settings } from '../../settings/schema.ts';
import { didYouMean } from '../../settings/suggest.ts';
import { rootCause } from '../cause.ts';
import { type Endpoint, endpointsOf, type ModelChoice, secretsOf } from './endpoints.ts';
import { type ChatModel, open } from './models.ts';
import { adviceFor, publicUrl, readBody, redact } from './problem.ts';

/** One thing that was tried; `detail` says what was found, or what failed with URL, status and body. No secrets. */
export type CheckResult = {
  check: 'configured' | 'reachable' | 'models' | 'tool call';
  ok: boolean;
  detail: string;
  ms?: number;
};

export type ProviderCheck = { provider: string; url: string; ok: boolean; checks: CheckResult[] };

/** An endpoint has this long for each thing it is asked; local models may have to be loaded first. */
const timeoutMs = 60_000;

/** The providers of the settings that `checkProvider` can be asked about. */
export const listProviders = (ai: Settings['ai']): string[] =>
  endpointsOf(ai).map(({ provider }) => provider);

/**
 * Tries a provider of the settings: reachable, lists models (those allowed are among them), and one tool round trip
 * with `model` (its id) or its first allowed one. It stops at the first thing that fails, and never throws.
 */
export async function checkProvider(
  ai: Settings['ai'],
  provider: string,
  options: { model?: string; signal?: AbortSignal } = {},
): Promise<ProviderCheck> {
  const endpoints = endpointsOf(ai);
  const endpoint = endpoints.find((one) => one.provider === provider);
  if (!endpoint) {
    const hint = didYouMean(provider, listProviders(ai));
    const detail = `No provider "${provider}" is set up.${hint}`;
    return { provider, url: '', ok: false, checks: [{ check: 'configured', ok: false, detail }] };
  }
  const checks: CheckResult[] = [];
  for await (const result of run(endpoint, options)) {
    checks.push({ ...result, detail: redact(result.detail, secretsOf(endpoint)) });
    if (!result.ok) break;
  }
  return { provider, url: publicUrl(endpoint.baseUrl), ok: checks.every(({ ok }) => ok), checks };
}

/** Tries one opened model (the quick form has no settings): a tool round trip. */
export const checkModel = (model: ChatModel, signal?: AbortSignal): Promise<CheckResult> =>
  callTool(model, signalFor(signal));

async function* run(
  endpoint: Endpoint,
  options: { model?: string; signal?: AbortSignal },
): AsyncGenerator<CheckResult> {
  if (endpoint.missing) {
    yield { check: 'configured', ok: false, detail: endpoint.missing };
    return;
  }
  const choice = options.model
    ? endpoint.models.find(({ id, name }) => id === options.model || name === options.model)
    : endpoint.models[0];
  yield configured(endpoint, choice, options.model);
  const listed = await listRemote(endpoint, signalFor(options.signal));
  yield* listed.results;
  if (listed.ids) yield compare(endpoint, listed.ids);
  if (choice) yield callTool(await open(endpoint, choice), signalFor(options.signal));
}

function configured(
  endpoint: Endpoint,
  choice: ModelChoice | undefined,
  wanted: string | undefined,
): CheckResult {
  const names = endpoint.models.map(({ id }) => id);
  if (choice) return { check: 'configured', ok: true, detail: `${names.length} model(s) allowed.` };
  const detail = wanted
    ? `Model "${wanted}" is not among the allowed ones.${didYouMean(wanted, names)}`
    : `No model of ${endpoint.label} is allowed, so none is available: choose some in the settings.`;
  return { check: 'configured', ok: false, detail };
}

// OpenAI's shape (`data: [{id}]`, Anthropic's too) and Google's (`models: [{name: "models/..."}]`).
const modelList = z.union([
  z.object({ data: z.array(z.object({ id: z.string() })) }).transform(({ data }) => data.map(({ id }) => id)),
  z
    .object({ models: z.array(z.object({ name: z.string() })) })
    .transform(({ models }) => models.map(({ name }) => name.replace(/^models\//, ''))),
]);

async function listRemote(
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<{ results: CheckResult[]; ids?: string[] }> {
  const url = `${endpoint.baseUrl}/models`;
  const query = new URLSearchParams(endpoint.query).toString();
  const started = performance.now();
  let response: Response;
  let body: string;
  try {
    response = await fetch(query ? `${url}?${query}` : url, { headers: authOf(endpoint), signal });
    body = await response.text();
  } catch (error) {
    const detail = `${publicUrl(url)} cannot be reached (${rootCause(error)}). Check that it runs and the base URL is right.`;
    return { results: [{ check: 'reachable', ok: false, detail }] };
  }
  const ms = Math.round(performance.now() - started);
  const reachable: CheckResult = { check: 'reachable', ok: true, detail: `${publicUrl(url)} answers.`, ms };
  const ids = response.ok ? modelList.safeParse(parse(body)).data : undefined;
  if (ids) return { results: [reachable], ids };
  // Some servers have no list of models and serve them well.
  const said = `${publicUrl(url)} answered ${response.status}: ${readBody(body)}.`;
  const fatal = response.status === 401 || response.status === 403;
  const detail = fatal
    ? `${said}${adviceFor(response.status, endpoint.label)}`
    : `It does not list its models (${said})`;
  return { results: [reachable, { check: 'models', ok: !fatal, detail }] };
}

function compare(endpoint: Endpoint, ids: string[]): CheckResult {
  const missing = endpoint.models.map(({ id }) => id).filter((id) => !ids.includes(id));
  const count = `It lists ${ids.length} model(s)`;
  if (missing.length === 0)
    return { check: 'models', ok: true, detail: `${count}, the allowed ones among them.` };
  // Aliases and deployments are often not listed, so this alone is no failure.
  const hint = didYouMean(missing[0] ?? '', ids);
  return { check: 'models', ok: true, detail: `${count}, but not ${missing.join(', ')}.${hint}` };
}

async function callTool(model: ChatModel, signal: AbortSignal): Promise<CheckResult> {
  const started = performance.now();
  const word = 'ready';
  try {
    const { steps } = await generateText({
      model: model.languageModel,
      prompt: `Call the tool "echo" with the text "${word}", then say what it returned.`,
      tools: {
        echo: tool({
          description: 'Returns the text it is given.',
          inputSchema: jsonSchema<{ text: string }>({
            type: 'object',
            properties: { text: { type: 'string' } },
            required: ['text'],
          }),
          execute: async ({ text }) => text,
        }),
      },
      stopWhen: isStepCount(3),
      maxRetries: 0,
      providerOptions: model.callOptions,
      abortSignal: signal,
    });
    const ms = Math.round(performance.now() - started);
    const called = steps.some((step) => step.toolResults.length > 0);
    const detail = called
      ? `${model.name} called a tool and read its result.`
      : `${model.name} answers, but did not call the tool it was asked to call: it will not do for this chat.`;
    return { check: 'tool call', ok: called, detail, ms };
  } catch (error) {
    return { check: 'tool call', ok: false, detail: model.explain(error).message };
  }
}

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

const signalFor = (signal: AbortSignal | undefined): AbortSignal =>
  signal ? AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) : AbortSignal.timeout(timeoutMs);

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
