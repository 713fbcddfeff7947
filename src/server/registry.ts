import type { CallToolResult, Tool as WireTool } from '@modelcontextprotocol/server';
import MiniSearch from 'minisearch';
import * as z from 'zod';
import { ToolError } from '../directus/errors.ts';
import { availableActions, type Effect, type Selection } from '../guard/select.ts';
import { didYouMean } from '../settings/suggest.ts';
import { coerce, parseStrictly } from '../tools/input.ts';
import { tools } from '../tools/list.ts';
import { describe as describeTool, EFFECTS_META, hints, inputSchema, toWire } from './wire.ts';

/** Reached in registry mode as they are, not through `execute`. */
export const ROOT_TOOLS = ['schema'];

const SEARCH = {
  type: 'object' as const,
  properties: {
    query: { type: 'string' as const },
    names: { type: 'array' as const, items: { type: 'string' as const } },
  },
};

type Found = { name: string; actions: string[]; about: string };

/** The three tools of registry mode: find tools, run one, and the schema. */
export function registryTools(selection: Selection): WireTool[] {
  const effects: Record<string, Effect> = {};
  for (const tool of tools) {
    for (const action of availableActions(selection, tool)) {
      effects[action ? `${tool.name}.${action}` : tool.name] = tool.actions[action]?.effect ?? 'read';
    }
  }
  const changes = Object.values(effects).some((effect) => effect !== 'read');
  const schemaTool = tools.find((tool) => tool.name === 'schema');
  return [
    {
      name: 'search',
      title: 'Search tools',
      description: 'Find tools by what they do (query), then get how to call them (names).',
      inputSchema: SEARCH,
      annotations: { title: 'Search tools', readOnlyHint: true, openWorldHint: false },
      _meta: { [EFFECTS_META]: { '': 'read' } },
    },
    {
      name: 'execute',
      title: 'Run a tool',
      description: 'Run a tool that search found, with its arguments as input.',
      inputSchema: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          input: { type: 'object' },
          ...(changes ? { dryRun: { type: 'boolean' }, confirm: { type: 'string' } } : {}),
        },
        required: ['name'],
      },
      annotations: { title: 'Run a tool', ...hints(Object.values(effects)) },
      _meta: { [EFFECTS_META]: effects },
    },
    ...(schemaTool && availableActions(selection, schemaTool).length > 0 ? [toWire(schemaTool, [''])] : []),
  ];
}

const searchInput = z.strictObject({ query: z.string().optional(), names: z.array(z.string()).optional() });

/** Answers `search`: with names, how to call those tools; with a query, which tools fit it; with neither, all. */
export function searchTools(selection: Selection, args: Record<string, unknown>): CallToolResult {
  const available: Found[] = tools
    .map((tool) => ({
      name: tool.name,
      actions: availableActions(selection, tool),
      about: describeTool(tool, availableActions(selection, tool)),
    }))
    .filter(({ name, actions }) => actions.length > 0 && !ROOT_TOOLS.includes(name));
  let input: z.output<typeof searchInput>;
  try {
    input = searchInput.parse(parseStrictly(searchInput, coerce(args, SEARCH, '', []), 'search'));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { ...text(`${error.code}: ${error.message}\n${error.next ?? ''}`), isError: true };
  }
  if (input.names && input.names.length > 0) return describe(available, input.names);
  const query = input.query?.trim() ?? '';
  const found = query ? rank(available, query) : available;
  if (found.length === 0) {
    const fault = query ? `No tool fits "${query.slice(0, 60)}".` : 'No tool is available.';
    return text(`${fault} Tools: ${available.map(({ name }) => name).join(', ') || 'none'}.`);
  }
  return text(
    JSON.stringify(Object.fromEntries(found.map(({ name, actions, about }) => [name, line(actions, about)]))),
  );
}

function line(actions: string[], about: string): string {
  const first = about.split(/[.:] /)[0] ?? about;
  return actions[0] === '' ? first : `${first} (${actions.join(', ')})`;
}

function rank(available: Found[], query: string): Found[] {
  const index = new MiniSearch<Found & { id: string }>({
    fields: ['name', 'about'],
    searchOptions: { boost: { name: 3 }, prefix: true, fuzzy: 0.2 },
  });
  index.addAll(available.map((found) => ({ ...found, id: found.name })));
  const ids = index
    .search(query)
    .slice(0, 5)
    .map(({ id }) => String(id));
  return ids.flatMap((id) => available.find(({ name }) => name === id) ?? []);
}

function describe(available: Found[], names: string[]): CallToolResult {
  const known = available.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return {
      ...text(
        unknown.map((name) => `There is no tool "${name.slice(0, 60)}".${didYouMean(name, known)}`).join(' '),
      ),
      isError: true,
    };
  }
  const described = available
    .filter(({ name }) => names.includes(name))
    .map(({ name, actions, about }) => {
      const tool = tools.find((one) => one.name === name);
      return [name, { description: about, ...(tool ? inputSchema(tool, actions, true) : {}) }];
    });
  return text(JSON.stringify(Object.fromEntries(described)));
}

function text(words: string): CallToolResult {
  return { content: [{ type: 'text', text: words }] };
}
