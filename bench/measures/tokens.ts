import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { hasRegistry, OWN } from '../contestants.ts';
import type { Bench, Figure, Instance, Measure } from '../figure.ts';
import { callTool, connectOwn, listTools, type Mode } from '../mcp.ts';
import { startServer } from '../server.ts';
import { inTurn } from '../statistics.ts';
import { definitionTokens } from '../tokens.ts';
import { nameOf } from '../wide.ts';
import { ARTICLE_FIELDS } from './articles.ts';

/** What the definitions and a plain list cost a model, in tokens of o200k, beside the MCP server in Directus. */
export const tokens: Measure = {
  name: 'tokens',
  about: 'tokens of the tool definitions, of a list of 25 items and of the schema',
  async run(bench) {
    const instance = await bench.instances.newsroom();
    const wide = await bench.instances.wide();
    return [
      ...(await ofDefinitions(bench, instance)),
      ...(await ofItems(bench, instance)),
      ...(wide ? await ofSchema(bench, wide) : []),
    ];
  },
};

type Listing = {
  what: string;
  flags: string[];
  atMost?: number;
  editor?: boolean;
  theirs?: Mode;
};

const LISTINGS: Listing[] = [
  {
    what: 'definitions, all eighteen tools, admin',
    flags: ['--allow-deletes'],
    atMost: 3000,
    theirs: 'default',
  },
  {
    what: 'definitions in registry mode',
    flags: ['--tool-mode', 'registry', '--allow-deletes'],
    atMost: 350,
    theirs: 'registry',
  },
  { what: 'definitions, read-only', flags: ['--read-only'], atMost: 900 },
  {
    what: 'definitions, an editor',
    flags: ['--allow-deletes'],
    editor: true,
    atMost: 1500,
    theirs: 'default',
  },
];

function ofDefinitions(bench: Bench, instance: Instance): Promise<Figure[]> {
  return inTurn(LISTINGS, async ({ what, flags, atMost, editor, theirs }) => {
    const as = editor ? { ...instance, token: instance.editorToken } : instance;
    const server = await startServer({ bin: bench.bin, instance: as, flags });
    const ours = await listTools(server);
    await server.close();
    const own = theirs && (await ownTokens(as, theirs));
    const value = definitionTokens(ours);
    return {
      what,
      value,
      unit: 'tokens',
      ...(atMost ? { atMost } : {}),
      ...(own
        ? { beside: { who: OWN, value: own }, compare: { what, unit: 'tokens', ours: value, own } }
        : {}),
      detail: { tools: ours.length },
    };
  });
}

/** Versions of Directus without a registry mode have nothing to stand beside it. */
async function ownTokens(instance: Instance, mode: Mode): Promise<number | undefined> {
  if (mode === 'registry' && !hasRegistry(instance)) return undefined;
  return definitionTokens(await listTools(await connectOwn(instance, mode)));
}

/**
 * How much a table saves depends on the rows: the longer their texts, the less the names of fields weigh. So there are
 * two lists, one with each story's long slug and one with a short number instead.
 */
const LISTS = [ARTICLE_FIELDS, ARTICLE_FIELDS.map((field) => (field === 'slug' ? 'category' : field))];

/** The whole text of the reply, with whatever is around the rows, on both sides. */
async function ofItems(bench: Bench, instance: Instance): Promise<Figure[]> {
  const server = await startServer({ bin: bench.bin, instance });
  const directus = await connectOwn(instance);
  const figures = await inTurn(LISTS, async (fields): Promise<Figure> => {
    const args = { action: 'read', collection: 'articles', query: { fields, limit: 25 } };
    const call = { name: 'items', arguments: args };
    const ours = countTokens(await callTool(server, call));
    const own = countTokens(await callTool(directus, call));
    return {
      what: `25 items (${fields.join(', ')}), against the tokens of Directus's own`,
      value: ours / own,
      unit: 'times',
      atMost: 0.8,
      detail: { tokens: ours, "tokens of Directus's own": own },
    };
  });
  await server.close();
  return figures;
}

const SCHEMAS = [
  { what: 'schema, overview, 300 collections', atMost: 2000, args: {} },
  {
    what: 'schema, detail of 3 collections of 25 fields',
    atMost: 900,
    args: { keys: [10, 20, 30].map(nameOf) },
  },
];

async function ofSchema(bench: Bench, instance: Instance): Promise<Figure[]> {
  const server = await startServer({ bin: bench.bin, instance });
  const directus = await connectOwn(instance);
  const figures = await inTurn(SCHEMAS, async ({ what, atMost, args }): Promise<Figure> => {
    const call = { name: 'schema', arguments: args };
    return {
      what,
      value: countTokens(await callTool(server, call)),
      unit: 'tokens',
      atMost,
      beside: {
        who: OWN,
        value: countTokens(await callTool(directus, call)),
      },
    };
  });
  await server.close();
  return figures;
}
