/** A result in the parts a person can read: what the tool says, and what it read in Directus. */
export const readable = (text: string): string => linesOf(text).map(indented).join('\n');

/** The receipt of a change, its fields as `name: before → after`, one to a line. */
export const receipt = (text: string): string =>
  linesOf(text)
    .map((line) => changedFields(json(line)) ?? indented(line))
    .join('\n');

/** Lines without the marks that tell a model what is only data. */
const linesOf = (text: string): string[] =>
  text.split('\n').filter((line) => !/^<\/?data-[0-9a-f]+>$/.test(line));

/** Undefined for what is no list of rows and their changed fields. */
function changedFields(rows: unknown): string | undefined {
  if (!Array.isArray(rows) || rows.length === 0) return undefined;
  const lines: string[] = [];
  for (const row of rows as unknown[]) {
    if (typeof row !== 'object' || row === null || !('key' in row) || !('changed' in row)) return undefined;
    lines.push(`${row.key}:`);
    for (const [name, change] of Object.entries(row.changed ?? {})) {
      const [before, after] = Array.isArray(change) ? change : [undefined, change];
      lines.push(`  ${name}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
    }
  }
  return lines.join('\n');
}

/** JSON over several lines; anything else as it is. */
function indented(line: string): string {
  const value = json(line);
  return value === undefined ? line : JSON.stringify(value, null, 2);
}

function json(line: string): unknown {
  if (!/^[[{]/.test(line)) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Links into Studio in a result, each once. @param directus address of Directus, without a slash at its end */
export function studioLinks(text: string, directus: string): string[] {
  const found = text.match(/https?:\/\/[^\s"'<>)\\]+\/admin\/[^\s"'<>)\\]+/g) ?? [];
  return [...new Set(found)].filter((link) => link.startsWith(`${directus}/admin/`)).slice(0, 10);
}

/** A picture of the library that a result is about. */
export type FoundPicture = { id: string; title: string };

const MOST_PICTURES = 12;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Pictures of the library that a result describes, as files or as rows of them. */
export function picturesIn(text: string): FoundPicture[] {
  if (!text.includes('image/')) return [];
  const found = new Map<string, FoundPicture>();
  for (const line of text.split('\n')) for (const file of filesIn(json(line))) found.set(file.id, file);
  return [...found.values()].slice(0, MOST_PICTURES);
}

function filesIn(value: unknown): FoundPicture[] {
  if (Array.isArray(value)) return value.flatMap(filesIn);
  if (typeof value !== 'object' || value === null) return [];
  const { columns, rows } = value as { columns?: unknown; rows?: unknown };
  if (Array.isArray(columns) && Array.isArray(rows))
    return rows.flatMap((row: unknown) =>
      Array.isArray(row) ? filesIn(Object.fromEntries(columns.map((name, at) => [name, row[at]]))) : [],
    );
  const { id, type, title, filename_download: name } = value as Record<string, unknown>;
  if (typeof id === 'string' && ID.test(id) && typeof type === 'string' && type.startsWith('image/'))
    return [{ id, title: String(title ?? name ?? 'image') }];
  return Object.values(value).flatMap(filesIn);
}
