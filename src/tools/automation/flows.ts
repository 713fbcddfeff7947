import { admins } from '../define.ts';
import { defineAutomation } from './automation.ts';

export const flows = defineAutomation({
  name: 'flows',
  title: 'Flows',
  description:
    'Read and change flows. data: name, status (active|inactive), trigger (event|webhook|schedule|operation|manual), ' +
    'options, accountability, operation (key of the first operation). Add steps with operations.',
  target: { collection: 'directus_flows', endpoint: '/flows' },
  needs: admins,
});
