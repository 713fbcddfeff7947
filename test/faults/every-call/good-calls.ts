import { randomUUID } from 'node:crypto';
import type { Row } from '../../live/server.ts';
import type { Ground } from './ground.ts';

/** A call that is right, and where to look what it changes. */
export type GoodCall = {
  args: Row;
  /** An address of Directus whose answer is another one when the change was made; absent where nothing is changed. */
  look?: string;
  /** What else to remove after it. */
  remove?: string;
};

/** By tool and action: a call against rows, fields and flows that nothing else has. */
type Make = (ground: Ground, mark: string) => GoodCall | Promise<GoodCall>;

const filtered = (room: string, field: string, value: unknown, fields = '*') =>
  `/${room}?filter[${field}][_eq]=${value}&fields=${fields}`;

const items: Record<string, Make> = {
  read: ({ own, row }) => ({ args: { collection: own, keys: [row], query: { fields: ['id', 'title'] } } }),
  create: ({ own }, mark) => ({
    args: { collection: own, data: { title: mark } },
    look: filtered(`items/${own}`, 'title', mark),
  }),
  async update({ own, newRow }, mark) {
    const id = await newRow();
    return {
      args: { collection: own, keys: [id], data: { title: mark } },
      look: filtered(`items/${own}`, 'id', id),
    };
  },
  async delete({ own, newRow }) {
    const id = await newRow();
    return { args: { collection: own, keys: [id] }, look: filtered(`items/${own}`, 'id', id) };
  },
};

const files: Record<string, Make> = {
  read: ({ file }) => ({ args: { keys: [file] } }),
  update: ({ file }, mark) => ({
    args: { keys: [file], data: { title: mark } },
    look: filtered('files', 'id', file, 'title'),
  }),
  async delete({ newFile }) {
    const id = await newFile();
    return { args: { keys: [id] }, look: filtered('files', 'id', id) };
  },
  // Directus bars the way to addresses of this machine: this call is refused even when all goes well.
  import: (_ground, mark) => ({
    args: { data: [{ url: 'http://0.0.0.0:9/hello.txt', title: mark }] },
    look: filtered('files', 'title', mark),
  }),
  upload: (_ground, mark) => ({
    args: { data: [{ text: 'Hello', filename: `${mark}.txt`, title: mark }] },
    look: filtered('files', 'title', mark, 'id,title'),
  }),
};

const folders: Record<string, Make> = {
  read: ({ folder }) => ({ args: { keys: [folder] } }),
  create: (_ground, mark) => ({ args: { data: { name: mark } }, look: filtered('folders', 'name', mark) }),
  update: ({ folder }, mark) => ({
    args: { keys: [folder], data: { name: mark } },
    look: filtered('folders', 'id', folder),
  }),
  async delete({ make }, mark) {
    const id = await make('/folders', { name: mark });
    return { args: { keys: [id] }, look: filtered('folders', 'id', id) };
  },
};

const collections: Record<string, Make> = {
  read: ({ own }) => ({ args: { keys: [own] } }),
  create: (_ground, mark) => ({
    args: { data: { collection: mark, schema: {}, fields: [{ field: 'name', type: 'string' }] } },
    look: `/collections/${mark}`,
    remove: `/collections/${mark}`,
  }),
  update: ({ own }, mark) => ({
    args: { data: { collection: own, meta: { note: mark } } },
    look: `/collections/${own}`,
  }),
  async delete({ make }, mark) {
    await make('/collections', { collection: mark, schema: {}, meta: {} });
    return { args: { keys: [mark] }, look: `/collections/${mark}`, remove: `/collections/${mark}` };
  },
};

const fields: Record<string, Make> = {
  read: ({ own }) => ({ args: { collection: own, field: 'title' } }),
  create: ({ own }, mark) => ({
    args: { collection: own, data: { field: mark, type: 'string' } },
    look: `/fields/${own}/${mark}`,
    remove: `/fields/${own}/${mark}`,
  }),
  update: ({ own }, mark) => ({
    args: { collection: own, data: { field: 'title', meta: { note: mark } } },
    look: `/fields/${own}/title`,
  }),
  async delete({ own, make }, mark) {
    await make(`/fields/${own}`, { field: mark, type: 'string', schema: {}, meta: {} });
    return {
      args: { collection: own, field: mark },
      look: `/fields/${own}/${mark}`,
      remove: `/fields/${own}/${mark}`,
    };
  },
};

const relations: Record<string, Make> = {
  read: ({ own, related }) => ({ args: { collection: own, field: related } }),
  create: ({ own }, mark) => ({
    args: { collection: own, field: mark, kind: 'm2o', related: [own] },
    look: `/relations/${own}/${mark}`,
    remove: `/fields/${own}/${mark}`,
  }),
  async update({ own, newRelation }, mark) {
    await newRelation(mark);
    return {
      args: { collection: own, field: mark, data: { schema: { on_delete: 'NO ACTION' } } },
      look: `/relations/${own}/${mark}`,
      remove: `/fields/${own}/${mark}`,
    };
  },
  async delete({ own, newRelation }, mark) {
    await newRelation(mark);
    return {
      args: { collection: own, field: mark },
      look: `/relations/${own}/${mark}`,
      remove: `/fields/${own}/${mark}`,
    };
  },
};

const flows: Record<string, Make> = {
  read: ({ flow }) => ({ args: { key: flow } }),
  create: ({ own }, mark) => ({
    args: {
      data: {
        name: mark,
        trigger: 'manual',
        status: 'inactive',
        options: { collections: [own] },
        operations: [{ key: 'first', type: 'log', options: { message: 'x' } }],
      },
    },
    look: filtered('flows', 'name', mark),
  }),
  update: ({ flow }, mark) => ({
    args: { key: flow, data: { description: mark } },
    look: filtered('flows', 'id', flow, 'description'),
  }),
  async delete({ newFlow }, mark) {
    const { id } = await newFlow(mark);
    return { args: { key: id }, look: filtered('flows', 'id', id) };
  },
};

const operations: Record<string, Make> = {
  read: ({ step }) => ({ args: { key: step } }),
  async create({ newFlow }, mark) {
    const { id } = await newFlow(mark);
    return {
      args: { data: { flow: id, key: 'second', type: 'log', options: { message: 'y' } } },
      look: filtered('operations', 'flow', id, 'key,resolve'),
      remove: `/flows/${id}`,
    };
  },
  async update({ newFlow }, mark) {
    const { id, step } = await newFlow(mark);
    return {
      args: { key: step, data: { options: { message: mark } } },
      look: filtered('operations', 'id', step),
      remove: `/flows/${id}`,
    };
  },
  async delete({ newFlow }, mark) {
    const { id, step } = await newFlow(mark);
    return { args: { key: step }, look: filtered('operations', 'id', step), remove: `/flows/${id}` };
  },
};

const comments: Record<string, Make> = {
  read: ({ own, row }) => ({ args: { collection: own, key: row } }),
  create: ({ own, row }, mark) => ({
    args: { collection: own, key: row, text: mark },
    look: filtered('comments', 'comment', mark),
  }),
  async update({ newComment }, mark) {
    const id = await newComment();
    return { args: { id, text: mark }, look: filtered('comments', 'id', id), remove: `/comments/${id}` };
  },
  async delete({ newComment }) {
    const id = await newComment();
    return { args: { id }, look: filtered('comments', 'id', id), remove: `/comments/${id}` };
  },
};

const ofVersion = (id: unknown) => filtered('versions', 'id', id, 'key,delta');
const versions: Record<string, Make> = {
  async read({ own, newVersion }) {
    const { row: key } = await newVersion();
    return { args: { collection: own, key } };
  },
  async create({ own, newRow }) {
    const key = await newRow();
    const look = `/versions?filter[collection][_eq]=${own}&filter[item][_eq]=${key}`;
    return { args: { collection: own, key, version: 'draft', data: { title: 'Draft' } }, look };
  },
  async save({ own, newVersion }, mark) {
    const { row: key, id } = await newVersion();
    return {
      args: { collection: own, key, version: 'draft', data: { note: mark } },
      look: ofVersion(id),
    };
  },
  async compare({ own, newVersion }) {
    const { row: key } = await newVersion();
    return { args: { collection: own, key, version: 'draft' } };
  },
  async promote({ own, newVersion }) {
    const { row: key } = await newVersion();
    return { args: { collection: own, key, version: 'draft' }, look: filtered(`items/${own}`, 'id', key) };
  },
  async delete({ own, newVersion }) {
    const { row: key, id } = await newVersion();
    return { args: { collection: own, key, version: 'draft' }, look: ofVersion(id) };
  },
};

const access: Record<string, Make> = {
  whoami: () => ({ args: {} }),
  explain: ({ own }) => ({ args: { collection: own, operation: 'read' } }),
  read: () => ({ args: { kind: 'roles' } }),
  create: (_ground, mark) => ({
    args: { kind: 'roles', data: { name: mark } },
    look: filtered('roles', 'name', mark, 'name'),
  }),
  async update({ make }, mark) {
    const id = await make('/roles', { name: `${mark} before` });
    return {
      args: { kind: 'roles', keys: [id], data: { name: mark } },
      look: filtered('roles', 'id', id, 'name'),
      remove: `/roles/${id}`,
    };
  },
  async delete({ make }, mark) {
    const id = await make('/roles', { name: mark });
    return {
      args: { kind: 'roles', keys: [id] },
      look: filtered('roles', 'id', id, 'name'),
      remove: `/roles/${id}`,
    };
  },
};

const label = { type: 'label', options: { text: 'Hello' } };
const dashboards: Record<string, Make> = {
  async read({ newDashboard }) {
    const id = await newDashboard();
    return { args: { key: id }, remove: `/dashboards/${id}` };
  },
  create: (_ground, mark) => ({
    args: { data: { name: mark, panels: [label] } },
    look: filtered('dashboards', 'name', mark, 'name,panels.type'),
  }),
  async update({ newDashboard }, mark) {
    const id = await newDashboard();
    return {
      args: { key: id, data: { name: mark, panels: [label] } },
      look: filtered('dashboards', 'id', id, 'name,panels.type'),
      remove: `/dashboards/${id}`,
    };
  },
  async delete({ newDashboard }) {
    const id = await newDashboard();
    return { args: { key: id }, look: filtered('dashboards', 'id', id), remove: `/dashboards/${id}` };
  },
};

const translations: Record<string, Make> = {
  read: () => ({ args: { search: 'nothing of that kind' } }),
  set: (_ground, mark) => ({
    args: { data: [{ key: mark, language: 'en-US', value: 'Hello' }] },
    look: filtered('translations', 'key', mark),
  }),
  async delete({ make }, mark) {
    const id = await make('/translations', { key: mark, language: 'en-US', value: 'Hello' });
    return {
      args: { data: [{ key: mark, language: 'en-US' }] },
      look: filtered('translations', 'key', mark),
      remove: `/translations/${id}`,
    };
  },
};

const history: Record<string, Make> = {
  async read({ own, newRow }) {
    return { args: { collection: own, key: await newRow() } };
  },
  changes: () => ({ args: { since: '2099-01-01' } }),
  async revert({ own, changedRow }) {
    const { row, revision } = await changedRow();
    return { args: { revision }, look: filtered(`items/${own}`, 'id', row) };
  },
  async undo({ own, changedRow }) {
    const { row, change } = await changedRow();
    return { args: { change }, look: filtered(`items/${own}`, 'id', row) };
  },
};

const alone = (make: Make): Record<string, Make> => ({ '': make });

const makers: Record<string, Record<string, Make>> = {
  'system-prompt': alone(() => ({ args: {} })),
  schema: alone(({ own }) => ({ args: { keys: [own] } })),
  items,
  files,
  folders,
  assets: alone(({ file }) => ({ args: { id: file } })),
  collections,
  fields,
  relations,
  flows,
  operations,
  'trigger-flow': alone(async ({ own, flow, newRow }, mark) => {
    const id = await newRow();
    return {
      args: { id: flow, collection: own, keys: [id], data: { note: mark } },
      look: filtered(`items/${own}`, 'id', id),
    };
  }),
  comments,
  versions,
  access,
  dashboards,
  translations,
  history,
};

/** @throws when nobody has written a good call for the action */
export async function goodCall(tool: string, action: string, ground: Ground): Promise<GoodCall> {
  const make = makers[tool]?.[action];
  if (!make) throw new Error(`Write a good call for ${tool} ${action}.`);
  const mark = `m${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const { args, ...rest } = await make(ground, mark);
  return { args: action ? { action, ...args } : args, ...rest };
}
