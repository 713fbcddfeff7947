/**
 * `npm run audit`: fails when a library that people install with the package is known to be unsafe. A registry that
 * keeps no list of what is unsafe is told, and is no failure: nothing is known then, for better or worse.
 */
import { spawnSync } from 'node:child_process';
import * as z from 'zod';

const audit = ['audit', '--omit=dev', '--audit-level=high', '--json'];
const { stdout, error } = spawnSync('npm', audit, { encoding: 'utf8', shell: process.platform === 'win32' });
if (error) throw error;

const counts = z.object({ high: z.number(), critical: z.number(), total: z.number() });
const report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
  metadata: z.object({ vulnerabilities: counts }),
});
const { data } = report.safeParse(parse(stdout));

if (!data) {
  process.stdout.write(
    '::warning::Not audited: the registry here answers no audits. Nothing is known of the libraries.\n',
  );
} else {
  for (const [name, { severity, range }] of Object.entries(data.vulnerabilities))
    process.stdout.write(`${severity}: ${name} ${range}\n`);
  const { high, critical, total } = data.metadata.vulnerabilities;
  process.stdout.write(`Audited: ${total} known to be unsafe, ${high + critical} of them highly.\n`);
  if (high + critical > 0) process.exitCode = 1;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
