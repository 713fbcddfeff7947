import { randomUUID } from 'node:crypto';
import { freshFlow, removeFlows, stepsOf } from '../../live/flows.ts';
import { freshCollection, rest } from '../../live/helpers.ts';
import type { Row } from '../../live/server.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';

/** What good calls are made against: a collection of the test's own and what hangs on it, made past the proxy. */
export type Ground = Awaited<ReturnType<typeof prepareGround>>;

export async function prepareGround() {
  const { url, admin } = sharedDirectus();
  const asAdmin = rest(admin.token);
  const made: string[] = [];
  let author = admin.token;
  const sure = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { status, data, errors } = await asAdmin(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(errors)}`);
    return data as T;
  };
  const make = async (path: string, body: Row): Promise<unknown> =>
    (await sure<Row | undefined>('POST', path, body))?.id;
  const kept = async (room: string, body: Row): Promise<unknown> => {
    const id = await make(`/${room}`, body);
    made.push(`/${room}/${id}`);
    return id;
  };
  const collection = await freshCollection(
    'faulty',
    [
      { field: 'title', type: 'string' },
      { field: 'note', type: 'string' },
    ],
    { versioning: true, accountability: 'all' },
  );
  const own = collection.name;
  const newRow = () => make(`/items/${own}`, { title: 'Before' });
  const newFile = async () => {
    const form = new FormData();
    form.set('file', new Blob(['Hello'], { type: 'text/plain' }), `${randomUUID()}.txt`);
    const headers = { authorization: `Bearer ${admin.token}` };
    const reply = await fetch(`${url}/files`, { method: 'POST', headers, body: form });
    const { data } = (await reply.json()) as { data: Row };
    made.push(`/files/${data.id}`);
    return data.id;
  };
  const newRelation = async (field: string) => {
    await make(`/fields/${own}`, { field, type: 'integer', schema: {}, meta: { special: ['m2o'] } });
    await make('/relations', {
      collection: own,
      field,
      related_collection: own,
      schema: { on_delete: 'SET NULL' },
    });
  };
  const newFlow = async (name: string) => {
    const flow = await freshFlow([{ key: 'first', type: 'log', options: { message: 'x' } }], {
      name,
      status: 'inactive',
    });
    const [step] = await stepsOf(flow.id);
    return { id: flow.id, step: step?.id };
  };
  /** Directus fails at a collection that leads to itself, so that it leads nowhere first. */
  const removeCollection = async () => {
    const relations = await sure<Row[]>('GET', '/relations');
    for (const { collection: from, field } of relations)
      if (from === own) await sure('DELETE', `/fields/${own}/${field}`);
    await collection.remove();
  };
  const row = await newRow();
  await newRelation('related');
  const note = { field: 'note', name: 'Note', type: 'string', meta: { interface: 'input' } };
  const flow = await freshFlow(
    [
      {
        key: 'write',
        type: 'item-update',
        options: {
          collection: own,
          key: '{{ $trigger.body.keys }}',
          payload: { note: '{{ $trigger.body.note }}' },
          permissions: '$full',
        },
      },
    ],
    { options: { collections: [own], requireSelection: true, async: false, fields: [note] } },
  );
  const [step] = await stepsOf(flow.id);
  return {
    own,
    row,
    related: 'related',
    flow: flow.id,
    step: step?.id,
    file: await newFile(),
    folder: await kept('folders', { name: `Faulty ${randomUUID()}` }),
    make,
    newRow,
    newFile,
    newRelation,
    newFlow,
    newComment: () => make('/comments', { collection: own, item: String(row), comment: 'Before' }),
    newDashboard: () => make('/dashboards', { name: `Faulty ${randomUUID()}` }),
    async newVersion() {
      const item = await newRow();
      const id = await kept('versions', { collection: own, item: String(item), key: 'draft', name: 'Draft' });
      await make(`/versions/${id}/save`, { title: 'In the draft' });
      return { row: item, id };
    },
    /** Says whose changes are to be taken back: everybody undoes only their own. */
    actAs(token: string) {
      author = token;
    },
    /** A row that this assistant has changed once: the revision before that, and the number of the change. */
    async changedRow() {
      const item = await newRow();
      const call = randomUUID().replaceAll('-', '').slice(0, 12);
      await fetch(`${url}/items/${own}/${item}`, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${author}`,
          'content-type': 'application/json',
          'user-agent': `directus-assistant/0.0.0 (call ${call})`,
        },
        body: JSON.stringify({ title: 'After' }),
      });
      const of = `filter[collection][_eq]=${own}&filter[item][_eq]=${item}&sort=id`;
      const [first] = await sure<Row[]>('GET', `/revisions?${of}&fields=id`);
      const activity = await sure<Row[]>('GET', `/activity?${of}&fields=id,action`);
      return { row: item, revision: first?.id, change: activity.at(-1)?.id };
    },
    /** What an address answers now, with its status. */
    async seen(path: string): Promise<string> {
      const { status, data } = await asAdmin('GET', path);
      return `${status} ${JSON.stringify(data)}`;
    },
    async remove(path: string) {
      await asAdmin('DELETE', path);
    },
    removeCollection,
    async close() {
      await removeFlows();
      for (const path of made) await asAdmin('DELETE', path);
      await removeCollection();
    },
  };
}
