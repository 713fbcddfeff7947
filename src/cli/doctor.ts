import { existsSync } from 'node:fs';
import { styleText } from 'node:util';
import { unknownNames } from '../guard/select.ts';
import { endpoint } from '../server/http/endpoint.ts';
import type { Loaded } from '../settings/load.ts';
import { printable } from '../terminal/text.ts';
import { tools } from '../tools/list.ts';
import { type ClientConfig, clientConfigs, httpClientConfigs } from './client-config.ts';
import { checkDirectus } from './doctor/directus.ts';
import { type Finding, findingsOf } from './doctor/finding.ts';
import { masker } from './doctor/mask.ts';
import { checkModels } from './doctor/models.ts';
import { loadFor } from './options.ts';

export type DoctorOptions = {
  /** `--config FILE`. */
  config?: string;
  /** Print one JSON object for programs. */
  json?: boolean;
};

/**
 * Checks Node, settings, Directus and model providers, says what to do about what it finds, and prints what each
 * MCP client needs. Sets the exit code to 1 when something failed.
 */
export async function run(options: DoctorOptions): Promise<void> {
  const loaded = loadFor(options.config === undefined ? {} : { config: options.config });
  const { settings } = loaded;
  const mask = masker(settings);
  const { publicUrl } = settings.http;
  const clients = [
    ...clientConfigs({ url: settings.directus.url }),
    ...(publicUrl === undefined ? [] : httpClientConfigs(endpoint(publicUrl))),
  ];
  const report = (found: Finding): Finding => ({
    ...found,
    text: mask(found.text),
    ...(found.next && { next: mask(found.next) }),
  });

  const findings: Finding[] = [];
  for (const check of [
    checkNode,
    () => checkSettings(loaded),
    () => checkDirectus(settings),
    () => checkModels(settings),
  ]) {
    const found = (await check()).map(report);
    findings.push(...found);
    if (!options.json) for (const finding of found) console.log(line(finding));
  }

  const failed = findings.filter(({ status }) => status === 'fail').length;
  if (options.json) {
    console.log(JSON.stringify({ ok: failed === 0, findings, clients }, null, 2));
  } else {
    console.log(`\n${summary(failed)}\n`);
    for (const client of clients) console.log(section(client));
  }
  if (failed > 0) process.exitCode = 1;
}

function checkNode(): Finding[] {
  const { ok, fail } = findingsOf('Node');
  const { node } = process.versions;
  return [
    Number.parseInt(node, 10) >= 22
      ? ok(`Node ${node}.`)
      : fail(`Node ${node} is too old.`, 'Install Node 22 or later.'),
  ];
}

/** A name that no tool has keeps the server read-only just as a value that does not fit does. */
function checkSettings({ settings, file, problems, plainSecrets = [] }: Loaded): Finding[] {
  const { ok, warn, fail } = findingsOf('Settings');
  const found = existsSync(file)
    ? ok(`Settings come from ${file} and the environment.`)
    : ok(`There is no settings file; one at ${file} would be read.`);
  const all = [...problems, ...unknownNames(settings, tools)];
  const plain = warn(
    `Plain text in the settings file: ${plainSecrets.join(', ')}.`,
    'Seal it: `directus-assistant settings seal`.',
  );
  return [
    found,
    ...(plainSecrets.length > 0 ? [plain] : []),
    ...all.map((problem) => fail(problem, 'Mend it: until then the server only reads.')),
  ];
}

const MARKS = {
  ok: styleText('green', 'ok  '),
  warn: styleText('yellow', 'warn'),
  fail: styleText('red', 'fail'),
} as const;

function line({ area, status, text, next }: Finding): string {
  const todo = next ? `\n${' '.repeat(15)}${styleText('dim', `-> ${printable(next)}`)}` : '';
  return `${MARKS[status]}  ${area.padEnd(8)} ${printable(text)}${todo}`;
}

function summary(failed: number): string {
  if (failed === 0) return 'Nothing failed. Paste one of these into your client:';
  return `${failed} ${failed === 1 ? 'check' : 'checks'} failed. When that is mended, paste one of these into your client:`;
}

function section({ client, transport, where, block }: ClientConfig): string {
  const title = transport === 'http' ? `${client}, from your team's server` : client;
  return `${styleText('bold', title)}\n${styleText('dim', where)}\n\n${block}\n`;
}
