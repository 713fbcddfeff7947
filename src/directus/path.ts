import { ToolError } from './errors.ts';

/** Builds a path with its parts escaped, so that a name can never reach another endpoint. */
export function path(strings: TemplateStringsArray, ...parts: (string | number)[]): string {
  return strings.reduce(
    (all, text, index) => all + text + (index < parts.length ? escapePart(parts[index]) : ''),
    '',
  );
}

function escapePart(part: string | number | undefined): string {
  const text = String(part);
  if (text === '' || text === '.' || text === '..' || !text.isWellFormed()) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${JSON.stringify(text)} is not a name.`,
      'Give the name or key of an existing entry.',
    );
  }
  return encodeURIComponent(text);
}

/** Where the rows of a collection are read and written; Directus's own collections are served outside `/items`. */
export function endpointOf(collection: string): string {
  return collection.startsWith('directus_')
    ? path`/${collection.slice('directus_'.length)}`
    : path`/items/${collection}`;
}
