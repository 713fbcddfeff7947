import { checkFlow } from '../../guard/flows.ts';
import { admins } from '../define.ts';
import { defineAutomation } from './automation.ts';

export const flows = defineAutomation({
  name: 'flows',
  title: 'Flows',
  description: 'Flows; their steps are operations.',
  data:
    'data: name, status (active|inactive), trigger (event|webhook|schedule|operation|manual), options, accountability, ' +
    'operation (key of the first step).',
  target: { collection: 'directus_flows', endpoint: '/flows' },
  needs: admins,
  check: checkFlow,
});
