import { styleText } from 'node:util';
import * as z from 'zod';
import { unknownNames } from '../guard/select.ts';
import { leaves, valueAt } from '../settings/leaves.ts';
import { settingsSchema } from '../settings/schema.ts';
import { tools } from '../tools/list.ts';
import { loadFor, type SettingsOptions } from './options.ts';

/** `directus-assistant settings`: the value of each setting in force, and where it comes from. Secrets are masked. */
export function run(options: SettingsOptions & { json?: boolean; schema?: boolean }): void {
  if (options.schema) {
    console.log(JSON.stringify(z.toJSONSchema(settingsSchema, { io: 'input' }), null, 2));
    return;
  }
  const { settings, file, problems: found, origins } = loadFor(options);
  const problems = [...found, ...unknownNames(settings, tools)];
  const rows = leaves.map(({ path, meta }) => {
    const name = path.join('.');
    const value = valueAt(settings, path);
    return {
      name,
      value: meta.secret ? mask(value) : value,
      from: origins.get(name) ?? 'default',
      description: meta.description,
    };
  });
  if (options.json) console.log(JSON.stringify({ file, problems, settings: rows }, null, 2));
  else print(rows, file, problems);
  if (problems.length > 0) process.exitCode = 1;
}

function print(
  rows: { name: string; value: unknown; from: string }[],
  file: string,
  problems: string[],
): void {
  for (const problem of problems) console.log(styleText('red', `! ${problem}`));
  console.log(`Settings file: ${file}\n`);
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  for (const { name, value, from } of rows) {
    const shown = value === undefined ? styleText('dim', 'not set') : (JSON.stringify(value) ?? '');
    console.log(
      `${name.padEnd(width)}${shown}${from === 'default' ? '' : styleText('dim', `  from ${from}`)}`,
    );
  }
}

/** Enough to tell two secrets apart, and too little to use one. */
function mask(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 12 ? `••••${value.slice(-4)}` : '••••';
  if (Array.isArray(value)) return value.map(maskEntry);
  return value;
}

/** An entry of a list of providers: its key and headers hidden, the rest shown. */
function maskEntry(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      key === 'apiKey' || key === 'headers' ? '••••' : value,
    ]),
  );
}
