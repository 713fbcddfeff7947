import { statSync } from 'node:fs';
import { pathOf } from '../../host/attachments/path.ts';

/** A pasted text longer than this is no list of paths. */
const LONGEST = 8192;

/** Quoted, or with escaped blanks, or without blanks. */
const PATH = /(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gs;

/** The paths in what a person types after a command: one file with blanks in its name, or several as a shell has them. */
export function pathsIn(typed: string): string[] {
  return isFile(typed) ? [typed] : (typed.match(PATH) ?? [typed]);
}

/** The files that a pasted text names, when it names nothing else; a word alone is no path, even if there is such a file. */
export function filesIn(pasted: string): string[] | undefined {
  const text = pasted.trim();
  if (text === '' || text.length > LONGEST || !/[/\\]/.test(text)) return undefined;
  const paths = pathsIn(text);
  return paths.every((path) => /[/\\]/.test(path) && isFile(path)) ? paths : undefined;
}

function isFile(typed: string): boolean {
  try {
    return statSync(pathOf(typed)).isFile();
  } catch {
    return false;
  }
}
