import { randomUUID } from 'node:crypto';
import { countRows } from '../../directus/count.ts';
import { isObject } from '../../directus/objects.ts';
import { path } from '../../directus/path.ts';
import { permanence } from '../../guard/undoable.ts';
import { quoted, several } from '../../guard/words.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { inspectRows, refuseEmpty } from '../rows/inspect.ts';
import type { Row } from '../rows/target.ts';
import { becoming } from '../rows/update.ts';
import { bad } from '../wrong.ts';
import { newPanels, panelChange } from './panel-changes.ts';
import { DASHBOARDS, type Dashboard, PANELS, readDashboard, shapeDashboard, shapePanel } from './shape.ts';

const MOST_PANELS = 100;

/** Plans a dashboard with its panels, all of it or nothing. */
export async function planDashboard(context: Context, data: Row): Promise<Plan> {
  refuseEmpty([data], 'store');
  const { panels: given, ...own } = data;
  const { rows } = await inspectRows(context, DASHBOARDS, [own], true);
  const row: Row & { id: string } = { id: randomUUID(), ...rows[0] };
  if (!row.name) throw bad('name', 'is missing', 'Give the name of the dashboard.');
  const panels = await newPanels(context, [...panelsIn(given).entries()], []);
  const more = panels.length > 0 ? ` with ${several(panels.length, 'panel')}` : '';
  return {
    what: `create the dashboard ${quoted(String(row.name))}${more}`,
    rows: 1 + panels.length,
    preview: async () => ({
      changes: [rows[0] ?? {}, ...panels.map(shapePanel)].map((made) => ({ new: made })),
      permanent: await permanence(context, DASHBOARDS.collection, 'create', []),
    }),
    // What was created meanwhile may be just this dashboard.
    state: () => countRows(context.directus, DASHBOARDS.endpoint, {}, context.signal),
    async apply(directus) {
      // One request, so that Directus makes all of it or nothing.
      await directus.request('POST', DASHBOARDS.endpoint, {
        query: { fields: ['id'] },
        body: { ...row, ...nested(panels, []) },
        signal: context.signal,
      });
      const stored = await readDashboard(context, row.id);
      return { info: { created: row.id, panels: stored.panels.length }, data: shapeDashboard(stored) };
    },
  };
}

function nested(create: Row[], update: Row[]): Row {
  return create.length + update.length > 0 ? { panels: { create, update, delete: [] } } : {};
}

function panelsIn(given: unknown): Row[] {
  if (given === undefined || given === null) return [];
  if (Array.isArray(given) && given.every(isObject) && given.length <= MOST_PANELS) return given;
  throw bad(
    'panels',
    `must be a list of at most ${MOST_PANELS} panels`,
    'For example [{"type":"metric","name":"Stories","options":{"collection":"articles","function":"count"}}].',
  );
}

/** A panel that is to be changed. */
type Changed = { before: Row; id: string; values: Row };

/** Plans other values for a dashboard, and its panels: those with an id are changed, others are added. */
export async function planDashboardChange(
  context: Context,
  dashboard: Dashboard,
  data: Row,
): Promise<Plan | Reply> {
  refuseEmpty([data], 'change');
  const { panels: given, ...own } = data;
  const { rows } = await inspectRows(context, DASHBOARDS, [own]);
  const values = rows[0] ?? {};
  if ('name' in values && !values.name)
    throw bad('name', 'cannot be empty', 'Give the name of the dashboard.');
  const all = [...panelsIn(given).entries()];
  const changed = await changedPanels(context, dashboard, all);
  const isNew = ([, { id }]: [number, Row]) => id === undefined || id === null;
  const added = await newPanels(context, all.filter(isNew), dashboard.panels);
  const more = added.length > 0 ? ` and add ${several(added.length, 'panel')}` : '';
  const keys = changed.map(({ id }) => id);
  return {
    what: `update the dashboard ${quoted(dashboard.name)}${more}`,
    rows: 1 + changed.length + added.length,
    preview: async () => ({
      changes: [
        ...(Object.keys(values).length > 0
          ? [{ key: dashboard.id, changed: becoming({ ...dashboard }, values) }]
          : []),
        ...changed.map((one) => ({ key: one.id, changed: becoming(one.before, one.values) })),
        ...added.map((panel) => ({ new: shapePanel(panel) })),
      ],
      permanent: [
        ...(await permanence(context, DASHBOARDS.collection, 'update', [dashboard.id])),
        ...(keys.length > 0 ? await permanence(context, PANELS.collection, 'update', keys) : []),
      ],
    }),
    state: () => readDashboard(context, dashboard.id),
    async apply(directus) {
      const update = changed.map((one) => ({ ...one.values, id: one.id }));
      await directus.request('PATCH', path`/dashboards/${dashboard.id}`, {
        query: { fields: ['id'] },
        body: { ...values, ...nested(added, update) },
        signal: context.signal,
      });
      return receiptOf(dashboard, await readDashboard(context, dashboard.id));
    },
  };
}

async function changedPanels(
  context: Context,
  dashboard: Dashboard,
  all: [number, Row][],
): Promise<Changed[]> {
  const changed: Changed[] = [];
  for (const [index, panel] of all) {
    if (panel.id === undefined || panel.id === null) continue;
    const before = dashboard.panels.find(({ id }) => id === panel.id);
    if (!before || changed.some(({ id }) => id === panel.id)) {
      throw bad(
        `panels.${index}.id`,
        before ? 'names a panel that the list has already' : 'names no panel of this dashboard',
        `Panels: ${dashboard.panels.map(({ id, type }) => `${quoted(id)} (${quoted(type)})`).join(', ') || 'none'}.`,
      );
    }
    const values = await panelChange(context, before, panel, `panels.${index}.`);
    changed.push({ before, id: String(panel.id), values });
  }
  return changed;
}

function receiptOf({ panels: earlier, ...was }: Dashboard, { panels, ...is }: Dashboard): Reply {
  const changed = becoming(was, is);
  const rows = panels.flatMap((panel): Row[] => {
    const before = earlier.find(({ id }) => id === panel.id);
    if (!before) return [{ created: shapePanel(panel) }];
    const differs = becoming(before, panel);
    return Object.keys(differs).length > 0 ? [{ key: panel.id, changed: differs }] : [];
  });
  return {
    info: { updated: was.id },
    data: {
      ...(Object.keys(changed).length > 0 ? { changed } : {}),
      ...(rows.length > 0 ? { panels: rows } : {}),
    },
  };
}

/** Plans to delete a dashboard with its panels. */
export function planDashboardRemoval(context: Context, dashboard: Dashboard): Plan {
  const { panels: _panels, ...own } = shapeDashboard(dashboard);
  const { length: panels } = dashboard.panels;
  return {
    what: `delete the dashboard ${quoted(dashboard.name)}${panels > 0 ? ` and its ${several(panels, 'panel')}` : ''}`,
    rows: 1 + panels,
    preview: async () => ({
      changes: [own, ...dashboard.panels.map(shapePanel)].map((row) => ({ deleted: row })),
      permanent: [
        ...(await permanence(context, DASHBOARDS.collection, 'delete', [dashboard.id])),
        ...(panels > 0 ? ['its panels: Directus notes nothing of them as they go with their dashboard'] : []),
      ],
    }),
    state: () => readDashboard(context, dashboard.id),
    async apply(directus) {
      await directus.request('DELETE', DASHBOARDS.endpoint, { body: [dashboard.id], signal: context.signal });
      return { info: { deleted: [dashboard.id] } };
    },
  };
}
