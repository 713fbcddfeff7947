import type { ToolCall } from '../rpc.ts';
import { call, confirmed, items, keysIn, must, rows, type Task } from './task.ts';

const FIELDS = [
  { field: 'name', type: 'string', meta: { interface: 'input', required: true } },
  { field: 'website', type: 'string', meta: { interface: 'input' } },
  {
    field: 'level',
    type: 'string',
    meta: {
      interface: 'select-dropdown',
      options: { choices: ['gold', 'silver', 'bronze'].map((value) => ({ text: value, value })) },
    },
  },
  { field: 'amount', type: 'integer', meta: { interface: 'input' } },
  { field: 'since', type: 'date', meta: { interface: 'datetime' } },
];
const ABOUT = { icon: 'handshake', note: 'Who pays for stories', display_template: '{{ name }}' };

const sponsors: Task = {
  name: 'sponsors',
  wants:
    'Make a collection of sponsors with name, website, logo, level (gold, silver or bronze), amount and since. ' +
    'An article can have one sponsor. No system fields. You need not ask me before.',
  search: 'create collections, fields and relations',
  ours: {
    tools: ['collections', 'relations'],
    keys: ['articles'],
    async act(turn) {
      const fields = [...FIELDS, { field: 'logo', kind: 'file' }];
      await turn(
        call('collections', {
          action: 'create',
          data: [{ collection: 'sponsors', schema: {}, meta: ABOUT, fields }],
        }),
      );
      const relation = { collection: 'articles', field: 'sponsor', kind: 'm2o', related: ['sponsors'] };
      await turn(call('relations', { action: 'create', ...relation }));
    },
  },
  own: {
    tools: ['collections', 'fields', 'relations'],
    keys: ['articles'],
    async act(turn) {
      const logo = {
        field: 'logo',
        type: 'uuid',
        meta: { interface: 'file-image', special: ['file'] },
        schema: {},
      };
      const fields = [...FIELDS.map((field) => ({ ...field, schema: {} })), logo];
      await turn(
        call('collections', {
          action: 'create',
          data: [{ collection: 'sponsors', schema: {}, meta: ABOUT, fields }],
        }),
      );
      const options = { template: '{{ name }}' };
      const meta = { interface: 'select-dropdown-m2o', special: ['m2o'], options };
      const sponsor = { field: 'sponsor', type: 'integer', meta, schema: {} };
      await turn(call('fields', { action: 'create', collection: 'articles', data: [sponsor] }));
      await turn(relation('articles', 'sponsor', 'sponsors'), relation('sponsors', 'logo', 'directus_files'));
    },
  },
  async check(rest) {
    const fields = (await rest('GET', '/fields/sponsors')) as { field: string }[];
    const names = ['name', 'website', 'logo', 'level', 'amount', 'since'];
    const missing = names.filter((name) => !fields.some(({ field }) => field === name));
    must(missing.length === 0, 'Fields are missing', missing);
    const related = async (collection: string, field: string) =>
      ((await rest('GET', `/relations/${collection}/${field}`)) as { related_collection: string })
        .related_collection;
    must((await related('articles', 'sponsor')) === 'sponsors', 'Articles have no sponsor', '');
    must((await related('sponsors', 'logo')) === 'directus_files', 'The logo is no file', '');
  },
};

function relation(collection: string, field: string, related: string): ToolCall {
  const data = {
    collection,
    field,
    related_collection: related,
    meta: { one_field: null, sort_field: null },
    schema: { on_delete: 'SET NULL' },
  };
  return call('relations', { action: 'create', collection, field, data });
}

const MINUTES = {
  field: 'reading_time',
  type: 'integer',
  meta: { interface: 'input', note: 'Minutes it takes to read' },
};

const readingTime: Task = {
  name: 'field',
  wants:
    'Give articles a field reading_time, a whole number with the note "Minutes it takes to read", and set it to 4 ' +
    'for all featured articles. You need not ask me before.',
  search: 'create fields and update items',
  ours: withMinutes(MINUTES),
  own: withMinutes({ ...MINUTES, schema: {} }),
  async check(rest) {
    const featured = await rows<{ reading_time: number }>(rest, 'articles', { featured: { _eq: true } });
    const set = featured.filter(({ reading_time }) => reading_time === 4);
    must(featured.length > 0 && set.length === featured.length, 'It is not set', featured);
    const others = await rows(rest, 'articles', { reading_time: { _nnull: true }, featured: { _neq: true } });
    must(others.length === 0, 'It is set elsewhere', others);
  },
};

function withMinutes(field: object): Task['ours'] {
  return {
    tools: ['fields', 'items'],
    keys: ['articles'],
    async act(turn, says) {
      const [, found = ''] = await turn(
        call('fields', { action: 'create', collection: 'articles', data: [field] }),
        items('read', 'articles', { query: { fields: ['id'], filter: { featured: { _eq: true } } } }),
      );
      const keys = keysIn(found);
      await confirmed(turn, says, items('update', 'articles', { keys, data: { reading_time: 4 } }));
    },
  };
}

export const model = [sponsors, readingTime];
