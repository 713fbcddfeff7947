import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Check } from './run.ts';

const reason = z.string().min(1);
const expectations = z.strictObject({
  product: z.record(z.string(), reason),
  fixtures: z.record(z.string(), reason),
});

/** By what the suite is run on: `scenario:check`, and why it cannot pass. */
export const expected = expectations.parse(
  parse(readFileSync(new URL('./expected-failures.yaml', import.meta.url), 'utf8')),
);

/** The checks of a scenario that cannot pass. */
export function expectedOf(target: keyof typeof expected, scenario: string): string[] {
  return Object.keys(expected[target])
    .filter((name) => name.startsWith(`${scenario}:`))
    .toSorted();
}

/** The checks of a scenario that did not pass; one that warns did not. */
export function failedOf(scenario: string, checks: Check[]): string[] {
  const failed = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
  return [...new Set(failed.map(({ id }) => `${scenario}:${id}`))].toSorted();
}

/** What the suite says of them, for people who see a test fail. */
export function explain(checks: Check[]): string {
  return checks
    .filter(({ status }) => status !== 'SUCCESS' && status !== 'INFO')
    .map(({ id, status, description, errorMessage }) => `${status} ${id}: ${errorMessage ?? description}`)
    .join('\n');
}
