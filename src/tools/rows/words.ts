/** A number of rows in words: `1 row of articles`, `12 rows of articles`. */
export function counted(count: number, collection: string): string {
  return `${count} ${count === 1 ? 'row' : 'rows'} of ${collection}`;
}
