import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Figure, Unit } from './figure.ts';
import type { Machine } from './machine.ts';

export type Run = { date: string; directus: string; machine: Machine; figures: Figure[] };

const RESULTS = new URL('results/', import.meta.url);
const README = new URL('../README.md', import.meta.url);

/** The figures for a terminal: each beside what was asked, with the numbers behind it on a line of its own. */
export function terminalTable({ figures }: Run): string {
  const width = Math.max(...figures.map(({ what }) => what.length));
  return figures
    .flatMap((figure) => [
      [
        figure.what.padEnd(width),
        show(figure.value, figure.unit).padStart(13),
        asked(figure),
        beside(figure),
      ].join('  '),
      ...(figure.detail ? [styleText('dim', `  ${details(figure.detail)}`)] : []),
    ])
    .join('\n');
}

/** Keeps a complete run: as JSON for programs, and for people in `latest.md` and the README. */
export function keep(run: Run): void {
  mkdirSync(RESULTS, { recursive: true });
  const file = new URL(`${run.date.slice(0, 10)}-${run.directus}.json`, RESULTS);
  writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
  const runs = newestRuns();
  writeFileSync(new URL('latest.md', RESULTS), `# Figures\n\n${runs.map(section).join('\n\n')}\n`);
  const readme = readFileSync(README, 'utf8');
  const part = `<!-- bench -->\n${runs.slice(0, 1).map(glance).join('')}\n<!-- /bench -->`;
  writeFileSync(
    README,
    readme.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, () => part),
  );
}

/** The newest kept run of each version of Directus, lower versions first. File names begin with the date. */
function newestRuns(): Run[] {
  const files = readdirSync(RESULTS).filter((name) => name.endsWith('.json'));
  const all = files.sort().map((name): Run => JSON.parse(readFileSync(new URL(name, RESULTS), 'utf8')));
  const newest = new Map(all.map((run) => [run.directus, run]));
  return [...newest.values()].sort((a, b) =>
    a.directus.localeCompare(b.directus, undefined, { numeric: true }),
  );
}

function section(run: Run): string {
  const rows = run.figures.map((figure) => [
    figure.what,
    show(figure.value, figure.unit),
    asked(figure),
    beside(figure),
    details(figure.detail ?? {}),
  ]);
  return [
    `## Directus ${run.directus}\n`,
    `${conditions(run)}\n`,
    table(['what', 'measured', 'asked', 'beside it', 'behind it'], rows),
  ].join('\n');
}

/** What people understand at a glance: who does the same thing at what price; and which targets are missed. */
export function glance(run: Run): string {
  const rows = run.figures
    .flatMap(({ compare }) => compare ?? [])
    .map(({ what, unit, ours, own, rest }) => [
      what,
      ...[ours, own, rest].map((value) => (value === undefined ? '' : show(value, unit))),
    ]);
  return [
    table(['', 'this project', "Directus's own", 'raw REST'], rows),
    targets(run),
    conditions(run),
  ].join('\n\n');
}

function targets({ figures }: Run): string {
  const bound = figures.filter((figure) => met(figure) !== undefined);
  const missed = bound.filter((figure) => !met(figure));
  const names = missed.map(
    (figure) => `${figure.what} (${show(figure.value, figure.unit)}, ${asked(figure)})`,
  );
  const sum = `${bound.length - missed.length} of ${bound.length} targets are met.`;
  return names.length > 0 ? `${sum} Missed: ${names.join('; ')}.` : sum;
}

function conditions({ date, directus, machine, figures }: Run): string {
  const { cpu, cores, memory, system, node, load } = machine;
  const [empty] = figures.flatMap(({ detail }) => detail?.['empty node ms'] ?? []);
  return [
    `${date.slice(0, 10)}, Directus ${directus} on SQLite and all else on one machine: ${cores} cores of ${cpu}, ` +
      `${memory}, ${system}, Node ${node.replace('v', '')}; load average ${load.before} before and ${load.after} after.`,
    ...(empty === undefined ? [] : [`An empty Node starts and ends in ${number(empty)} ms there.`]),
  ].join(' ');
}

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Whether a figure keeps its bound; undefined where none was set. */
function met({ value, atMost, atLeast }: Figure): boolean | undefined {
  if (atMost !== undefined) return value <= atMost;
  return atLeast === undefined ? undefined : value >= atLeast;
}

function asked(figure: Figure): string {
  const { atMost, atLeast, unit } = figure;
  const so = met(figure) ? 'met' : 'missed';
  if (atMost !== undefined) return `at most ${show(atMost, unit)}: ${so}`;
  return atLeast === undefined ? '' : `at least ${show(atLeast, unit)}: ${so}`;
}

const beside = ({ beside: other, unit }: Figure): string =>
  other ? `${other.who}: ${show(other.value, unit)}` : '';

const details = (detail: Record<string, number>): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(', ');

const show = (value: number, unit: Unit): string =>
  unit === 'times'
    ? `${value.toLocaleString('en', { maximumFractionDigits: value < 1 ? 3 : 2, minimumFractionDigits: 2 })} times`
    : `${number(value)} ${unit}`;

const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
