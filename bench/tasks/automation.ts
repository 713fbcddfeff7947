import { call, confirmed, items, keyIn, must, rows, type Task } from './task.ts';

const TITLE = 'Harbour run sells out in nine minutes';
const NAME = 'Send to the archive';
const STEP = {
  key: 'archive',
  type: 'item-update',
  options: { collection: 'articles', key: '{{$trigger.body.keys}}', payload: { status: 'archived' } },
};
const FLOW = {
  name: NAME,
  status: 'active',
  trigger: 'manual',
  options: { collections: ['articles'], requireConfirmation: false },
};

const find = items('read', 'articles', { query: { fields: ['id'], filter: { title: { _eq: TITLE } } } });

const archive: Task = {
  name: 'flow',
  wants:
    `Make a manual flow "${NAME}" that sets the status of the chosen articles to archived, and run it on "${TITLE}". ` +
    'You need not ask me before.',
  search: 'create flows with operations and trigger them',
  ours: {
    tools: ['flows', 'trigger-flow', 'items'],
    keys: ['articles'],
    topic: 'flows',
    async act(turn, says) {
      const [found = ''] = await turn(find);
      const data = { ...FLOW, operations: [STEP] };
      await confirmed(turn, says, call('flows', { action: 'create', data }));
      const run = { id: NAME, collection: 'articles', keys: [keyIn(found)] };
      await confirmed(turn, says, call('trigger-flow', run));
    },
  },
  own: {
    tools: ['flows', 'operations', 'trigger-flow', 'items'],
    keys: ['articles'],
    async act(turn) {
      const [found = '', made = ''] = await turn(find, call('flows', { action: 'create', data: FLOW }));
      const flow = keyIn(made);
      const step = { flow, name: NAME, position_x: 19, position_y: 1, ...STEP };
      const [added = ''] = await turn(call('operations', { action: 'create', data: step }));
      await turn(call('flows', { action: 'update', key: flow, data: { operation: keyIn(added) } }));
      await turn(call('trigger-flow', { id: flow, collection: 'articles', keys: [keyIn(found)] }));
    },
  },
  async check(rest) {
    const archived = await rows(rest, 'articles', { title: { _eq: TITLE }, status: { _eq: 'archived' } });
    must(archived.length === 1, 'The article is not archived', archived);
    const filter = encodeURIComponent(JSON.stringify({ name: { _eq: NAME }, trigger: { _eq: 'manual' } }));
    const flows = (await rest('GET', `/flows?filter=${filter}`)) as object[];
    must(flows.length === 1, 'There is not one flow', flows);
  },
};

export const automation = [archive];
