import type { Settings } from '../settings/schema.ts';

/** One thing that was tried; `detail` says what was found, or what failed with URL, status and body. No secrets. */
export type CheckResult = {
  check: 'configured' | 'reachable' | 'models' | 'tool call';
  ok: boolean;
  detail: string;
  ms?: number;
};

export type ProviderCheck = { provider: string; url: string; ok: boolean; checks: CheckResult[] };

/**
 * Tries a provider of the settings: reachable, lists models (those allowed are among them), and one tool round trip
 * with `model` or its first allowed one. It stops at the first thing that fails, and never throws.
 */
export async function checkProvider(
  ai: Settings['ai'],
  provider: string,
  options: { model?: string; signal?: AbortSignal } = {},
): Promise<ProviderCheck> {
  throw new Error(`to be built: ${typeof ai} ${provider} ${options.model}`);
}
