import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARK } from './secrets-planted.ts';

/** Bytes of the mark as it stands, and in Base64, which has three ways of writing it according to what is before it. */
const needles = [
  Buffer.from(MARK),
  ...[0, 1, 2].map((before) => {
    const encoded = Buffer.from(`${' '.repeat(before)}${MARK}`).toString('base64');
    // The first and last characters hold bits of the neighbours as well.
    return Buffer.from(encoded.slice(before && before + 1, -4));
  }),
];

/** No needle is longer: so much of one piece of a stream has to be looked at again with the next. */
export const LONGEST = Math.max(...needles.map(({ length }) => length));

/** Most characters of a line that are shown on each side. */
const AROUND = 120;

/**
 * The first line in which a planted secret stands, plain or in Base64; undefined where there is none. The mark is
 * replaced in what is returned: a report of a leak is not the next leak.
 */
export function findPlanted(content: string | Uint8Array): string | undefined {
  const bytes =
    typeof content === 'string'
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  for (const needle of needles) {
    const at = bytes.indexOf(needle);
    if (at < 0) continue;
    const before = bytes
      .subarray(Math.max(0, at - AROUND), at)
      .toString()
      .split('\n')
      .at(-1);
    const [after = ''] = bytes
      .subarray(at + needle.length, at + needle.length + AROUND)
      .toString()
      .split('\n');
    return hideMark(`${before}[planted secret]${after}`);
  }
  return undefined;
}

export const hideMark = (text: string): string => text.replaceAll(MARK, '[planted secret]');

/** Files in which tests write secrets as plain text on purpose: settings, and the servers of a chat. */
const MAY_HOLD_SECRETS = new Set(['directus-assistant.json', 'settings.json', 'mcp.json']);

export type Leak = { place: string; line: string };

/** Every file below a folder in which a planted secret stands, those apart that may hold secrets. */
export function searchFolder(folder: string): Leak[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): Leak[] => {
    const path = join(folder, entry.name);
    // What npm installs knows nothing of our secrets, and is large.
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : searchFolder(path);
    if (!entry.isFile() || MAY_HOLD_SECRETS.has(entry.name)) return [];
    const line = findPlanted(entry.name) ?? findPlanted(read(path));
    return line === undefined ? [] : [{ place: hideMark(path), line }];
  });
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    // It went while we looked, or a test has locked it on purpose.
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return new Uint8Array();
    throw error;
  }
}
