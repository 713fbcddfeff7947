/** Ways to call this program, for the end of a help text. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ directus-assistant ${line}`).join('\n')}\n`;
}
