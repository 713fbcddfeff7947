import { checkOperation } from '../../guard/flows.ts';
import { admins } from '../define.ts';
import { defineAutomation } from './automation.ts';

export const operations = defineAutomation({
  name: 'operations',
  title: 'Operations',
  description: 'Steps of flows.',
  data:
    'data: flow, key, name, type (item-read, mail, request ...), position_x, position_y, options, resolve and reject ' +
    '(keys of the next steps).',
  target: { collection: 'directus_operations', endpoint: '/operations' },
  needs: admins,
  check: checkOperation,
});
