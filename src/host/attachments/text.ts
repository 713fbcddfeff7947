// All that belongs to binary formats only; tab, line feed, form feed, return and escape are in texts too.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BINARY = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/** The text in bytes: UTF-8, UTF-16 with a mark, or what Windows wrote before; undefined when they are none. */
export function readText(bytes: Uint8Array): string | undefined {
  const text = decode(bytes);
  return text === undefined || BINARY.test(text) ? undefined : text;
}

function decode(bytes: Uint8Array): string | undefined {
  const marked = markedEncoding(bytes);
  for (const encoding of marked ? [marked] : ['utf-8', 'windows-1252']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The next one may fit.
    }
  }
  return undefined;
}

function markedEncoding([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}
