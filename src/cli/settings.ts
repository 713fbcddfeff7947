import { styleText } from 'node:util';
import * as z from 'zod';
import { unknownNames } from '../guard/select.ts';
import { leaves, valueAt } from '../settings/leaves.ts';
import { settingsSchema } from '../settings/schema.ts';
import { mapSecrets, maskAddress, maskSecret } from '../settings/secrets.ts';
import { sealFile } from '../settings/write.ts';
import { tools } from '../tools/list.ts';
import { loadFor, type SettingsOptions } from './options.ts';

/** `directus-assistant settings`: the value of each setting in force, and where it comes from. Secrets are masked. */
export function run(options: SettingsOptions & { json?: boolean; schema?: boolean }): void {
  if (options.schema) {
    console.log(JSON.stringify(z.toJSONSchema(settingsSchema, { io: 'input' }), null, 2));
    return;
  }
  const { settings, file, problems: found, origins, plainSecrets = [] } = loadFor(options);
  const problems = [...found, ...unknownNames(settings, tools)];
  const rows = leaves.map(({ path, type, meta }) => {
    const name = path.join('.');
    const value = valueAt(settings, path);
    return {
      name,
      value: withoutQueries(mapSecrets(type, value, name, maskSecret)),
      from: origins.get(name) ?? 'default',
      description: meta.description,
    };
  });
  if (options.json) console.log(JSON.stringify({ file, problems, plainSecrets, settings: rows }, null, 2));
  else print(rows, file, problems, plainSecrets);
  if (problems.length > 0) process.exitCode = 1;
}

function withoutQueries(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((entry) =>
    typeof entry?.baseUrl === 'string' ? { ...entry, baseUrl: maskAddress(entry.baseUrl) } : entry,
  );
}

function print(
  rows: { name: string; value: unknown; from: string }[],
  file: string,
  problems: string[],
  plainSecrets: string[],
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
  if (plainSecrets.length > 0) {
    console.log(
      `\nPlain text in the file: ${plainSecrets.join(', ')}. \`directus-assistant settings seal\` seals it.`,
    );
  }
}

/** `directus-assistant settings seal`: seals the secrets that people typed into the file. */
export function seal(options: SettingsOptions): void {
  const { file } = loadFor(options);
  try {
    const sealed = sealFile(file);
    console.log(
      sealed.length > 0 ? `Sealed in ${file}: ${sealed.join(', ')}.` : `Nothing in ${file} is to be sealed.`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
