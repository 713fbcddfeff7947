import { styleText } from 'node:util';
import {
  type CheckResult,
  checkProvider,
  listProviders,
  type ProviderCheck,
} from '../../host/providers/check.ts';
import { printable } from '../../terminal/text.ts';
import { loadProviders, type ProviderOptions, providerNamed } from './named.ts';

type TestOptions = ProviderOptions & { model?: string };

/**
 * `directus-assistant providers test [NAME]`: tries one provider or all, each result as it comes. Exit code 1 when
 * something fails.
 * @throws Error when there is no such provider, or none at all
 */
export async function run(name: string | undefined, options: TestOptions): Promise<void> {
  const loaded = loadProviders(options);
  const { ai } = loaded.settings;
  const names = name === undefined ? listProviders(ai) : [providerNamed(loaded, name).provider];
  if (names.length === 0) {
    throw new Error('No provider is set up. `directus-assistant providers --help` shows how.');
  }
  if (options.model !== undefined && name === undefined)
    throw new Error('--model needs the NAME of a provider.');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const checks: ProviderCheck[] = [];
  // One after the other: a tool round trip on a local server is slow enough alone.
  for (const provider of names) {
    if (stop.signal.aborted) break;
    if (!options.json) console.log(styleText('bold', provider));
    checks.push(
      await checkProvider(ai, provider, {
        signal: stop.signal,
        ...(options.model !== undefined && { model: options.model }),
        ...(!options.json && { onResult: show }),
      }),
    );
  }
  const ok = checks.every((check) => check.ok);
  if (options.json) console.log(JSON.stringify({ ok, providers: checks }, null, 2));
  if (!ok || stop.signal.aborted) process.exitCode = 1;
}

function show({ check, ok, detail, ms }: CheckResult): void {
  const mark = ok ? styleText('green', 'ok  ') : styleText('red', 'fail');
  const time = ms === undefined ? '' : styleText('dim', ` (${ms} ms)`);
  console.log(`  ${mark}  ${check.padEnd(11)} ${printable(detail)}${time}`);
}
