import { jsonSchema, type ToolSet, tool } from 'ai';

type Row = Record<string, unknown>;

const SCHEMA: Record<string, Row> = {
  articles: {
    template: '{{title}}',
    fields: {
      id: 'integer pk auto',
      status: 'string =draft {draft|published|archived}',
      title: 'string(120) *',
      slug: 'string * unique - Part of the address',
      date_published: 'timestamp',
      featured: 'boolean =false',
      category: 'm2o categories',
      tags: 'm2m tags via articles_tags(articles_id,tags_id)',
      summary: 'text',
      body: 'html',
    },
  },
  categories: { fields: { id: 'integer pk auto', name: 'string *' } },
  site_settings: { singleton: true, fields: { id: 'integer pk auto', name: 'string *', tagline: 'string' } },
};

const OVERVIEW = ['articles: What we publish', 'categories', 'site_settings (singleton)'];

/** A few rows behind tools that answer in the shapes of the MCP server: words, then a marked block. */
export function newsroom(options: { deletes?: boolean; articles?: number } = {}) {
  const articles: Row[] = Array.from({ length: options.articles ?? 3 }, (_, at) => at + 1).map((id) => ({
    id,
    status: id === 2 ? 'draft' : 'published',
    title: `Article ${id}`,
    slug: `article-${id}`,
    date_published: `2026-${String(id).padStart(2, '0')}-01T00:00:00Z`,
    featured: false,
    category: 1,
    summary: null,
    body: `<p>Nobody knows anything yet.</p><p>Article ${id} tells of ${id} boats in the harbour.</p>`,
  }));
  const site: Row = { id: 1, name: 'The Paper', tagline: 'News' };
  const calls: { name: string; input: Row }[] = [];

  const schema = ({ keys }: Row) => {
    if (!Array.isArray(keys)) return marked({ collections: OVERVIEW });
    return marked(Object.fromEntries(keys.map((key: string) => [key, SCHEMA[key] ?? {}])));
  };
  const items = ({ action, collection, query, keys, data }: Row) => {
    if (collection === 'categories') {
      return marked([{ id: 7, name: 'Culture' }].filter((row) => matches(row, (query as Row).filter as Row)));
    }
    if (collection === 'site_settings') {
      if (action === 'update') Object.assign(site, data);
      return marked(site);
    }
    const asked = (query ?? {}) as {
      sort?: string[];
      filter?: Row;
      limit?: number;
      offset?: number;
      fields?: string[];
      aggregate?: Row;
    };
    const chosen = articles.filter((row) =>
      Array.isArray(keys) ? keys.includes(row.id) : matches(row, asked.filter),
    );
    if (action === 'create') {
      const row = { id: articles.length + 1, status: 'draft', ...(data as Row) };
      articles.push(row);
      return `{"created":1}\n${marked([{ key: row.id, values: data }])}`;
    }
    if (action === 'update') {
      for (const row of chosen) Object.assign(row, data);
      return `{"updated":${chosen.length}}\n${marked(chosen.map(({ id }) => ({ key: id, changed: {} })))}`;
    }
    if (action === 'delete') {
      for (const row of chosen) articles.splice(articles.indexOf(row), 1);
      return JSON.stringify({ deleted: keys });
    }
    if (asked.aggregate) return marked([{ count: chosen.length }]);
    const rows = asked.sort?.[0]?.startsWith('-') ? chosen.toReversed() : chosen;
    const { offset = 0, limit = 25 } = asked;
    return marked(table(rows.slice(offset, offset + limit), asked.fields ?? ['id']));
  };
  const files = () => {
    const file = { id: '8f0c1a52-1111-4222-8333-444455556666', title: 'Harbour at dawn', type: 'image/jpeg' };
    return marked([{ ...file, width: 1600, height: 900, filesize: 240_000, folder: { name: 'Photos' } }]);
  };
  const assets = () => JSON.stringify({ content: [{ type: 'image', mimeType: 'image/jpeg', data: 'AAAA' }] });

  const run: Record<string, (input: Row) => string> = { schema, items, files, assets };
  const record = (name: string) => (input: Row) => {
    calls.push({ name, input });
    return run[name]?.(input) ?? `There is no tool "${name}".`;
  };
  const actions = ['read', 'create', 'update', ...(options.deletes === false ? [] : ['delete'])];
  const define = (name: string, properties: Row): ToolSet[string] =>
    tool({
      description: name,
      inputSchema: jsonSchema<Row>({ type: 'object', properties }),
      execute: async (input) => record(name)(input),
    });
  const tools: ToolSet = {
    schema: define('schema', { keys: { type: 'array', items: { type: 'string' } } }),
    items: define('items', { action: { type: 'string', enum: actions }, collection: { type: 'string' } }),
    files: define('files', { action: { type: 'string', enum: ['read'] } }),
    assets: define('assets', { id: { type: 'string' } }),
  };
  const registry: ToolSet = {
    schema: define('schema', {}),
    execute: tool({
      description: 'execute',
      inputSchema: jsonSchema<{ name: string; input: Row }>({ type: 'object', properties: {} }),
      execute: async ({ name, input }) => record(name)(input),
    }),
  };
  return { articles, site, calls, tools, registry };
}

function marked(data: unknown): string {
  return `<data-1a2b3c4d>\n${JSON.stringify(data)}\n</data-1a2b3c4d>`;
}

/** Three rows or more come as a table, fewer as objects, so that both shapes are read. */
function table(rows: Row[], fields: string[]): unknown {
  if (rows.length < 3)
    return rows.map((row) => Object.fromEntries(fields.map((name) => [name, row[name] ?? null])));
  return { columns: fields, rows: rows.map((row) => fields.map((name) => row[name] ?? null)) };
}

function matches(row: Row, filter: Row | undefined): boolean {
  return Object.entries(filter ?? {}).every(([field, condition]) => {
    if (field === '_and') return (condition as Row[]).every((each) => matches(row, each));
    const [[operator, value] = []] = Object.entries(condition as Row);
    if (operator === '_eq') return row[field] === value;
    if (operator === '_in') return (value as unknown[]).includes(row[field]);
    if (operator === '_icontains')
      return String(row[field]).toLowerCase().includes(String(value).toLowerCase());
    if (operator === 'name') return value !== undefined && row[field] === 1;
    throw new Error(`The fixture does not know ${operator}.`);
  });
}
