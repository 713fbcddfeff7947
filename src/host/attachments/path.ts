import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The absolute path that a person means, as typed or as a terminal pastes a file that is dropped on it: quoted, with
 * escaped blanks, as `file:` address, below `~`.
 * @throws an Error when it is a `file:` address of another machine
 */
export function pathOf(typed: string): string {
  const text = unquote(typed.trim());
  if (/^file:/i.test(text)) return fromUrl(text);
  return resolve(/^~(?=$|[/\\])/.test(text) ? join(homedir(), text.slice(1)) : text);
}

function unquote(text: string): string {
  if (/^'.*'$/s.test(text)) return text.slice(1, -1).replaceAll(`'\\''`, "'");
  const windows = process.platform === 'win32';
  if (/^".*"$/s.test(text))
    return windows ? text.slice(1, -1) : text.slice(1, -1).replace(/\\(["\\$`])/g, '$1');
  // Where folders are parted by backslashes, none of them escapes anything.
  return windows ? text : text.replace(/\\(.)/gs, '$1');
}

function fromUrl(text: string): string {
  try {
    return fileURLToPath(text);
  } catch {
    throw new Error(`"${text}" is no file of this machine: give its path.`);
  }
}
