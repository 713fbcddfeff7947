import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const { resolve } = createRequire(import.meta.url);

/** Where the conformance suite is installed. */
export const SUITE = join(resolve('@modelcontextprotocol/conformance/package.json'), '..');

export const VERSIONS = ['2025-11-25', '2026-07-28'] as const;
export type Version = (typeof VERSIONS)[number];

const requirements = z.object({
  server: z.array(z.string()),
  not_scored: z.array(z.object({ scenario: z.string(), leg: z.string(), reason: z.string() })),
});

/**
 * What a version of the protocol demands of servers, and what the suite has for them beside that. Extensions of the
 * protocol are left out: we have none.
 */
export function scenariosOf(version: Version): string[] {
  const text = readFileSync(join(SUITE, 'requirements', `${version}.yaml`), 'utf8');
  const { server, not_scored } = requirements.parse(parse(text));
  const further = not_scored.filter(({ leg, reason }) => leg === 'server' && reason !== 'extension');
  return [...server, ...further.map(({ scenario }) => scenario)];
}
