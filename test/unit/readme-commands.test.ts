import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

const fences = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\`$`, 'gm'))].map(
    ([, text]) => text ?? '',
  );

/** Command lines in shell blocks and in running text, without comments and variables set before them. */
const lines = [
  ...fences('sh').flatMap((block) => block.split('\n')),
  ...[...readme.matchAll(/`((?:directus-assistant|npm|npx) [^`\n]+)`/g)].map(([, text]) => text ?? ''),
]
  .flatMap((line) => line.replace(/\s+#.*$/, '').split(' && '))
  .map((line) => line.trim().replace(/^(?:[A-Z_]+=\S*\s+)+/, ''))
  .filter(Boolean);

const help = new Map<string, string>();
function helpOf(command: string): string {
  const known = help.get(command);
  if (known !== undefined) return known;
  const text = execFileSync(process.execPath, [bin, ...command.split(' '), '--help'], { encoding: 'utf8' });
  help.set(command, text);
  return text;
}

/** What is wrong with a call of ours; `tools disable items.delete` is the command `tools disable`. */
function faultOf(words: string[]): string[] {
  const subcommands = (of: string) => [...helpOf(of).matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
  const [command = '', next = ''] = words;
  if (command.startsWith('--')) return helpOf('').includes(command) ? [] : [`no flag ${command}`];
  if (!subcommands('').includes(command)) return [`no command ${command}`];
  const full = subcommands(command).includes(next) ? `${command} ${next}` : command;
  const flags = words.filter((word) => /^--?[a-z]/.test(word));
  return flags
    .filter((flag) => !new RegExp(`${flag}[\\s,=]`).test(helpOf(full)))
    .map((flag) => `${full} has no ${flag}`);
}

test('every JSON block of the README is JSON', () => {
  const blocks = fences('json');
  expect(blocks.length).toBeGreaterThan(15);
  for (const block of blocks) expect(JSON.parse(block)).toBeTypeOf('object');
});

test('every command of ours in the README exists, with its flags', () => {
  const ours = lines.flatMap((line) => {
    const words = line.match(/(?:^|-- npx -y |^npx )directus-assistant (.*)$/)?.[1];
    return words ? [{ line, words: words.match(/"[^"]*"|\S+/g) ?? [] }] : [];
  });
  expect(ours.length).toBeGreaterThan(10);
  expect(ours.flatMap(({ line, words }) => faultOf(words).map((fault) => `${line}: ${fault}`))).toEqual([]);
});

test('every npm script that the README names exists', () => {
  const scripts = lines.flatMap((line) => line.match(/^npm run ([\w-]+)/)?.[1] ?? []);
  expect(scripts.length).toBeGreaterThan(2);
  expect(scripts.filter((name) => !(name in manifest.scripts))).toEqual([]);
});
