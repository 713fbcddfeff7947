import * as z from 'zod';
import { faultIn } from '../../../settings/fault.ts';
import type { CompatibleProvider } from '../../../settings/groups/ai.ts';
import { ProblemError } from '../problem.ts';
import { providerEntry, whole } from './kept.ts';

type Entry = ReturnType<typeof whole>;

const PATH = ['ai', 'compatible'];

/**
 * The providers of a form with their secrets.
 * @throws ProblemError that names the field, such as `ai.compatible.0.apiKey`
 */
export function providersFrom(value: unknown, saved: CompatibleProvider[]): Entry[] {
  const { data, error } = z.array(providerEntry).safeParse(value);
  if (!data) {
    const { field, message } = faultIn(error, PATH);
    throw new ProblemError('invalid', message, field);
  }
  const twice = data.findIndex(({ name }, index) => data.findIndex((one) => one.name === name) !== index);
  if (twice >= 0)
    throw new ProblemError('invalid', 'Another provider has this name.', `ai.compatible.${twice}.name`);
  return data.map((entry, index) => whole(entry, saved, `ai.compatible.${index}.`));
}

/**
 * The providers as the file is to hold them: a secret that is the same as before stays as it stands there, sealed, also
 * one that could not be opened.
 * @param before the list as it stands in the file
 * @param saved the same with its secrets opened
 */
export function providersAsInFile(entries: Entry[], before: unknown, saved: CompatibleProvider[]): unknown[] {
  const inFile = z.array(z.looseObject({ name: z.unknown() })).safeParse(before).data ?? [];
  return entries.map((entry) => {
    const old = inFile.find(({ name }) => name === entry.name);
    const opened = saved.find(({ name }) => name === entry.name);
    if (!old || opened?.baseUrl !== entry.baseUrl) return entry;
    const key = entry.apiKey === opened.apiKey ? old.apiKey : entry.apiKey;
    const headers = headersAsInFile(entry.headers ?? {}, old.headers, opened.headers ?? {});
    const { apiKey: _key, headers: _headers, ...rest } = entry;
    return {
      ...rest,
      ...(key !== undefined && { apiKey: key }),
      ...(Object.keys(headers).length > 0 && { headers }),
    };
  });
}

function headersAsInFile(
  given: Record<string, string>,
  before: unknown,
  opened: Record<string, string>,
): Record<string, unknown> {
  const old = z.record(z.string(), z.unknown()).safeParse(before).data ?? {};
  const shut = Object.entries(old).filter(([name]) => opened[name] === undefined);
  const kept = Object.entries(given).map(([name, value]) => [
    name,
    value === opened[name] ? (old[name] ?? value) : value,
  ]);
  return Object.fromEntries([...shut, ...kept]);
}
