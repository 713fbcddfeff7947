/**
 * Writes the parts of README.md that are derived from the code: tools with their costs, settings, client configs.
 * `npm run readme` writes; test/unit/readme.test.ts fails when the file is behind.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableActions, select } from '../src/guard/select.ts';
import { grammar } from '../src/sandbox/demo-model/grammar.ts';
import { definitionTokens, toolTokens } from '../src/server/cost.ts';
import { registryTools } from '../src/server/registry.ts';
import { describe } from '../src/server/wire.ts';
import { leaves } from '../src/settings/leaves.ts';
import { settingsSchema } from '../src/settings/schema.ts';
import { tools } from '../src/tools/list.ts';
import { clientBlocks } from './readme-clients.ts';

const README = new URL('../README.md', import.meta.url);

/** The README with its derived parts made anew. */
export function withDerivedParts(readme: string): string {
  return Object.entries({
    tools: toolTable(),
    settings: settingsTable(),
    clients: clientBlocks(),
    grammar: grammarList(),
  }).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`),
        (_, open: string, close: string) => `${open}${part}\n${close}`,
      ),
    readme,
  );
}

function toolTable(): string {
  const reading = select(settingsSchema.parse({ readOnly: true }), [], undefined);
  const all = tools.map((tool) => {
    const names = Object.keys(tool.actions);
    const reads = availableActions(reading, tool);
    return { tool, names, total: toolTokens(tool.name, names), readOnly: toolTokens(tool.name, reads) };
  });
  const rows = all.map(({ tool, names, total, readOnly }) => {
    const actions = names.map((name) => `${name || 'use'} (${tool.actions[name]?.effect})`).join(', ');
    return `| \`${tool.name}\` | ${tool.toolset} | ${actions} | ${total} | ${readOnly || '-'} | ${describe(tool, []).split(/\. /)[0]?.replace(/\.$/, '')} |`;
  });
  const sum = (pick: (row: (typeof all)[number]) => number) =>
    all.reduce((total, row) => total + pick(row), 0);
  const registry = registryTools(select(settingsSchema.parse({ allowDeletes: true }), [], undefined));
  return [
    '| tool | toolset | actions (effect) | tokens | read-only | what it is |',
    '|---|---|---|---|---|---|',
    ...rows,
    `| **all** | | | **${sum(({ total }) => total)}** | **${sum(({ readOnly }) => readOnly)}** | registry mode: **${registry.reduce((total, tool) => total + definitionTokens(tool), 0)}** |`,
  ].join('\n');
}

function settingsTable(): string {
  const defaults = settingsSchema.parse({});
  const rows = leaves.map(({ path, meta }) => {
    const value = path.reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      defaults,
    );
    const shown = value === undefined ? '' : `\`${JSON.stringify(value)}\``;
    const ways = [...(meta.env ?? []), ...(meta.flag ? [meta.flag] : [])]
      .map((way) => `\`${way}\``)
      .join(' ');
    return `| \`${path.join('.')}\` | ${shown} | ${ways} | ${meta.description.replaceAll('|', '\\|')} |`;
  });
  return ['| setting | default | variable, flag | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function grammarList(): string {
  return grammar.map(({ example }) => `- ${example}`).join('\n');
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].split('/').at(-1) ?? '-')) {
  writeFileSync(README, withDerivedParts(readFileSync(README, 'utf8')));
}
