import * as z from 'zod';
import { readMany } from '../../directus/connection.ts';
import type { PermissionAction, Rights } from '../../directus/rights.ts';
import type { Reply } from '../../result/reply.ts';
import { type Context, defineTool } from '../define.ts';
import { findByName } from '../find.ts';
import { key, object } from '../params.ts';
import type { Row } from '../rows/target.ts';
import { planDashboard, planDashboardChange, planDashboardRemoval } from './dashboard-changes.ts';
import { planPanelChange, planPanelRemoval } from './panel-changes.ts';
import { DASHBOARDS, type Dashboard, PANELS, readDashboard, shapeDashboard, shapePanel } from './shape.ts';

const may =
  (action: PermissionAction) =>
  (rights: Rights): boolean =>
    rights.may(DASHBOARDS.collection, action);

export const dashboards = defineTool({
  name: 'dashboards',
  toolset: 'insights',
  title: 'Dashboards',
  description: 'Dashboards (key: id or name) and their panels (key: id).',
  actions: {
    read: { effect: 'read', input: z.strictObject({ key: key.optional() }), needs: may('read') },
    create: {
      effect: 'write',
      about:
        'data: name, panels:[{type (label|metric|metric-list|list|time-series|bar-chart|line-chart|pie-chart|meter), ' +
        'name, options:{collection,function,field,filter}}].',
      input: z.strictObject({ data: object }),
      needs: may('create'),
    },
    update: {
      effect: 'write',
      about: 'update: panels with id are changed, others added.',
      input: z.strictObject({ key, data: object }),
      needs: may('update'),
    },
    delete: { effect: 'delete', input: z.strictObject({ key }), needs: may('delete') },
  },
  async run(context, call) {
    switch (call.action) {
      case 'read':
        return call.input.key === undefined ? list(context) : readOne(context, call.input.key);
      case 'create':
        return planDashboard(context, call.input.data);
      case 'update': {
        const { dashboard, panel } = await find(context, call.input.key);
        return panel
          ? planPanelChange(context, dashboard, panel, call.input.data)
          : planDashboardChange(context, dashboard, call.input.data);
      }
      case 'delete': {
        const { dashboard, panel } = await find(context, call.input.key);
        return panel ? planPanelRemoval(context, dashboard, panel) : planDashboardRemoval(context, dashboard);
      }
    }
  },
});

async function list({ directus, signal }: Context): Promise<Reply> {
  const query = {
    fields: ['id', 'name', 'note', 'panels'],
    sort: ['name'],
    limit: -1,
    deep: { panels: { _limit: -1 } },
  };
  const rows = await readMany<Row>(directus, DASHBOARDS.endpoint, query, { signal });
  return {
    data: rows.map(({ id, name, note, panels }) => ({
      id,
      name,
      ...(note ? { note } : {}),
      panels: Array.isArray(panels) ? panels.length : 0,
    })),
  };
}

async function readOne(context: Context, given: string | number): Promise<Reply> {
  const { dashboard, panel } = await find(context, given);
  return { data: panel ? { dashboard: dashboard.name, ...shapePanel(panel) } : shapeDashboard(dashboard) };
}

/** A dashboard by its id or name; or a panel by its id, with the dashboard it is on. */
async function find(
  context: Context,
  given: string | number,
): Promise<{ dashboard: Dashboard; panel?: Row }> {
  const id = String(given);
  const panelOf = /^[0-9a-f-]{36}$/i.test(id) ? await dashboardOf(context, id) : undefined;
  const dashboard = await readDashboard(
    context,
    panelOf ?? (await findByName(context, { endpoint: DASHBOARDS.endpoint, what: 'dashboard' }, id)),
  );
  const panel = dashboard.panels.find((one) => one.id === id);
  return { dashboard, ...(panel ? { panel } : {}) };
}

/** The dashboard that a panel of this id is on. */
async function dashboardOf({ directus, signal }: Context, id: string): Promise<string | undefined> {
  const query = { fields: ['dashboard'], filter: { id: { _eq: id } }, limit: 1 };
  return (await readMany<{ dashboard: string }>(directus, PANELS.endpoint, query, { signal }))[0]?.dashboard;
}
