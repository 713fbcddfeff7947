/**
 * `npm run bench`: measures the built program against a real Directus and shows each figure beside what was asked.
 * See `--help`.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_DIRECTUS, SandboxError } from '../src/sandbox/index.ts';
import type { Measure } from './figure.ts';
import { createInstances } from './instances.ts';
import { currentLoad, machine } from './machine.ts';
import { measures } from './measures/index.ts';
import { keep, type Run, terminalTable } from './report.ts';
import { inTurn } from './statistics.ts';

const HELP = `npm run bench -- [measures] [options]

  measures            only these (also --only a,b); their figures are printed and not kept; http is all http-...
                      ${measures.map(({ name, about }) => `${name.padEnd(15)}${about}`).join(`\n${' '.repeat(22)}`)}
  --rounds N          rounds of timed calls, 300 if left out
  --spawns N          timed starts of the server, 10 if left out
  --directus VERSION  ${DEFAULT_DIRECTUS} if left out; others do without the instance of 300 collections
  --bin FILE          the built program to measure, dist/bin.js if left out

A complete run is kept in bench/results and in the README. Load on the machine makes times longer: the ratios of
calls, the minima and the CPU times feel it least.`;

const DEFAULTS = { rounds: 300, spawns: 10 };

const { values, positionals } = parse();

if (values.help) console.log(HELP);
else await main().catch(fail);

function parse() {
  const text = { type: 'string' } as const;
  const options = {
    help: { type: 'boolean' },
    only: text,
    rounds: text,
    spawns: text,
    directus: text,
    bin: text,
  } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error} (--help tells what there is)`);
    process.exit(1);
  }
}

async function main(): Promise<void> {
  const directus = values.directus ?? DEFAULT_DIRECTUS;
  const chosen = choose([...positionals, values.only ?? []].flat());
  const rounds = count('rounds', values.rounds ?? DEFAULTS.rounds);
  const spawns = count('spawns', values.spawns ?? DEFAULTS.spawns);
  const bin = resolve(values.bin ?? fileURLToPath(new URL('../dist/bin.js', import.meta.url)));
  if (!existsSync(bin)) throw new SandboxError('There is no built program: run npm run build first.');
  const complete =
    chosen === measures && !values.bin && rounds >= DEFAULTS.rounds && spawns >= DEFAULTS.spawns;

  const date = new Date().toISOString();
  const before = currentLoad();
  const instances = createInstances(directus);
  try {
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const bench = { bin, rounds, spawns, instances, say };
    const figures = (await inTurn(chosen, (measure) => measure.run(bench))).flat();
    const run: Run = { date, directus, machine: machine(before), figures };
    console.log(terminalTable(run));
    const { load } = run.machine;
    console.log(`\nDirectus ${run.directus}, load average ${load.before} before, ${load.after} after.`);
    if (complete) keep(run);
  } finally {
    await instances.stop();
  }
}

function choose(lists: string[]): Measure[] {
  if (lists.length === 0) return measures;
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.trim());
  const meant = (name: string, measure: Measure) =>
    measure.name === name || measure.name.startsWith(`${name}-`);
  const unknown = names.find((name) => !measures.some((measure) => meant(name, measure)));
  if (unknown === undefined) return measures.filter((measure) => names.some((name) => meant(name, measure)));
  const known = measures.map(({ name }) => name).join(', ');
  throw new SandboxError(`There is no measure "${unknown}". Measures: ${known}.`);
}

function count(name: string, given: string | number): number {
  const number = Number(given);
  if (Number.isInteger(number) && number > 0) return number;
  throw new SandboxError(`--${name} must be a whole number above 0.`);
}

function fail(error: unknown): void {
  if (!(error instanceof SandboxError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
