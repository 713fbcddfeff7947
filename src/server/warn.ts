/** Tells people what is wrong with the settings, and what follows. */
export function warn(problems: string[], log: (line: string) => void): void {
  if (problems.length === 0) return;
  log('Read-only until the settings are mended:');
  for (const problem of problems) log(`  ${problem}`);
}
