import stringWidth from 'string-width';

// Newlines stay. The bidirectional overrides make text read as something it is not.
const CONTROLS = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text from a model, a tool or a person, made safe to print: nothing in it drives the terminal. Control characters
 * become visible instead of vanishing, because what a person approves must be all that is sent.
 */
export function printable(text: string): string {
  return text.replaceAll('\r', '').replaceAll('\t', '    ').replace(CONTROLS, picture);
}

/** `␛` for escape and the like; the others have no picture. */
function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 32) return String.fromCharCode(0x2400 + code);
  return code === 127 ? '␡' : '\ufffd';
}

/** On one line, at most `most` columns wide; what is cut is marked with an ellipsis. */
export function oneLine(text: string, most = Number.POSITIVE_INFINITY): string {
  const line = printable(text).replaceAll(/\s+/g, ' ').trim();
  if (most < 1) return '';
  if (line.length <= most && stringWidth(line) <= most) return line;
  let width = 0;
  let kept = '';
  for (const character of line) {
    width += stringWidth(character);
    if (width > most - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** `1 row`, `2 rows`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** `840 ms`, `3.2 s`, `1 min 4 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** A time on this machine's clock: `2026-11-25 19:40`. */
export const when = (iso: string): string =>
  new Date(iso).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });

/** `0.1 kB`, `48.0 MB`. */
export const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(0.1, bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
