import { styleText } from 'node:util';
import { secretsOf } from '../../host/providers/endpoints.ts';
import { redact } from '../../host/providers/problem.ts';
import { listRemote } from '../../host/providers/remote.ts';
import { oneLine } from '../../terminal/text.ts';
import { loadProviders, type ProviderOptions, providerNamed } from './named.ts';

const TIMEOUT_MS = 30_000;

/**
 * `directus-assistant providers models NAME`: what the endpoint lists, and which of it people may choose.
 * @throws Error when there is no such provider, or it tells nothing
 */
export async function run(name: string, options: ProviderOptions): Promise<void> {
  const endpoint = providerNamed(loadProviders(options), name);
  if (endpoint.missing) throw new Error(endpoint.missing);
  const listing = await listRemote(endpoint, AbortSignal.timeout(TIMEOUT_MS));
  if (listing.state !== 'listed') throw new Error(redact(listing.detail, secretsOf(endpoint)));
  const allowed = new Set(endpoint.models.map(({ id }) => id));
  const listed = listing.models.map((model) => ({ ...model, listed: true, allowed: allowed.has(model.id) }));
  const unlisted = endpoint.models
    .filter(({ id }) => !listed.some((model) => model.id === id))
    .map(({ id, contextWindow }) => ({ id, contextWindow, listed: false, allowed: true }));
  const models = [...listed, ...unlisted].sort((a, b) => a.id.localeCompare(b.id));
  if (options.json) {
    console.log(JSON.stringify({ provider: name, models }, null, 2));
    return;
  }
  // What an endpoint calls its models must not drive the terminal.
  const shown = models.map((model) => ({ ...model, id: oneLine(model.id) }));
  const width = Math.max(0, ...shown.map(({ id }) => id.length)) + 2;
  for (const model of shown) {
    const size = model.contextWindow ? `${model.contextWindow.toLocaleString('en')} tokens` : '';
    const note = model.listed ? size : styleText('yellow', 'allowed, but not listed');
    console.log(
      `${model.allowed ? styleText('green', 'allowed') : '       '}  ${model.id.padEnd(width)}${note}`.trimEnd(),
    );
  }
  if (allowed.size === 0) {
    console.log(styleText('dim', `\nNone is allowed: directus-assistant providers allow ${name} MODEL`));
  }
}
