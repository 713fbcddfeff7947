import { leaves, valueAt } from '../../settings/leaves.ts';
import type { Settings } from '../../settings/schema.ts';

const SHORTEST = 4;

/** Returns a function that hides every secret of the settings in a text, wherever the text came from. */
export function masker(settings: Settings): (text: string) => string {
  const secrets = leaves
    .filter(({ meta }) => meta.secret)
    .map(({ path }) => valueAt(settings, path))
    // A list of providers is secret only in part; its parts follow.
    .filter((value) => typeof value === 'string')
    .concat(settings.ai.compatible.flatMap(({ apiKey, headers }) => strings([apiKey, headers])))
    .filter((secret) => secret.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '••••'), text);
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}
