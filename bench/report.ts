import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Figure } from './figure.ts';
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
  const part = `<!-- bench -->\n${runs.slice(0, 1).map(summary).join('')}\n<!-- /bench -->`;
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

/** Only what a bound was set for. */
function summary(run: Run): string {
  const rows = run.figures
    .filter(({ atMost, atLeast }) => atMost !== undefined || atLeast !== undefined)
    .map((figure) => [figure.what, show(figure.value, figure.unit), asked(figure), beside(figure)]);
  return `${table(['what', 'measured', 'asked', 'beside it'], rows)}\n\n${conditions(run)}`;
}

function conditions({ date, directus, machine }: Run): string {
  const { cpu, cores, memory, system, node, load } = machine;
  return (
    `${date.slice(0, 10)}, Directus ${directus} on SQLite and all else on one machine: ${cores} cores of ${cpu}, ` +
    `${memory}, ${system}, Node ${node.replace('v', '')}; load average ${load.before} before and ${load.after} after.`
  );
}

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function asked({ value, atMost, atLeast, unit }: Figure): string {
  if (atMost !== undefined) return `at most ${show(atMost, unit)}: ${value <= atMost ? 'met' : 'missed'}`;
  if (atLeast !== undefined) return `at least ${show(atLeast, unit)}: ${value >= atLeast ? 'met' : 'missed'}`;
  return '';
}

const beside = ({ beside: other, unit }: Figure): string =>
  other ? `${other.who}: ${show(other.value, unit)}` : '';

const details = (detail: Record<string, number>): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(', ');

const show = (value: number, unit: Figure['unit']): string =>
  unit === 'times' ? `${value.toFixed(2)} times` : `${number(value)} ${unit}`;

const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
