/** A name or value that people gave, for use among our own words. */
export function quoted(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
  return (JSON.stringify(value) ?? String(value)).slice(0, LONGEST);
}

const LONGEST = 60;

/** A number of things: `1 step`, `3 steps`. */
export function several(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
