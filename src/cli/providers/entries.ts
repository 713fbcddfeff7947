import type { Endpoint } from '../../host/providers/endpoints.ts';
import { updateFile } from '../../settings/write.ts';

/** An OpenAI-compatible provider as it stands in the settings file. */
export type Entry = Record<string, unknown> & { name: string };

/** Changes the list of OpenAI-compatible providers in the settings file. */
export function changeEntries(file: string, change: (entries: Entry[]) => Entry[]): void {
  updateFile(file, ['ai', 'compatible'], (before) => change(Array.isArray(before) ? before : []));
}

/** Changes one field of a provider in the settings file, wherever its kind keeps it; undefined takes it out. */
export function changeField(
  file: string,
  { kind, provider }: Endpoint,
  field: 'apiKey' | 'models',
  change: (before: unknown) => unknown,
): void {
  if (kind !== 'compatible') {
    updateFile(file, ['ai', kind, field], change);
    return;
  }
  changeEntries(file, (entries) =>
    entries.map((entry) => (entry.name === provider ? { ...entry, [field]: change(entry[field]) } : entry)),
  );
}

/** Takes a provider out of the settings file: all that it says of it. */
export function removeProvider(file: string, { kind, provider }: Endpoint): void {
  if (kind === 'compatible')
    changeEntries(file, (entries) => entries.filter(({ name }) => name !== provider));
  else updateFile(file, ['ai', kind], () => undefined);
}
