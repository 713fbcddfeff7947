import { permanence } from '../../guard/undoable.ts';
import { quoted } from '../../guard/words.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import { isPlan, type Plan } from '../plan.ts';
import { inspectRows, refuseEmpty } from '../rows/inspect.ts';
import type { Row } from '../rows/target.ts';
import { planUpdate } from '../rows/update.ts';
import { bad } from '../wrong.ts';
import { laidOut, type Spot } from './layout.ts';
import { checkPanel, withDefaults } from './panels.ts';
import { type Dashboard, PANELS, readDashboard, shapePanel } from './shape.ts';

/** New panels, each with its place in the call's list: checked, and placed below those that are there. */
export async function newPanels(context: Context, given: [number, Row][], others: Spot[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [index, panel] of given) {
    const at = `panels.${index}.`;
    if (!panel.type) throw bad(`${at}type`, 'is missing', 'For example metric, list or time-series.');
    const { rows: read } = await inspectRows(context, PANELS, [panel], true);
    const row = withDefaults(read[0] ?? {});
    await checkPanel(context, row, at);
    rows.push(row);
  }
  return laidOut(rows, others);
}

/** Fields of a panel on which rests whether Studio can show it. */
const SHOWN_BY = ['type', 'options', 'width', 'height', 'position_x', 'position_y'];

/** What is to become of a panel: its new values, checked together with those that stay. */
export async function panelChange(context: Context, panel: Row, given: Row, at: string): Promise<Row> {
  const { id: _id, ...values } = given;
  refuseEmpty([values], 'change');
  if ('dashboard' in values)
    throw bad(`${at}dashboard`, 'cannot be changed', 'Make the panel anew on the other dashboard.');
  const { rows } = await inspectRows(context, PANELS, [values]);
  const change = rows[0] ?? {};
  if (SHOWN_BY.some((field) => field in change)) await checkPanel(context, { ...panel, ...change }, at);
  return change;
}

/** Plans other values for one panel. */
export async function planPanelChange(
  context: Context,
  dashboard: Dashboard,
  panel: Row,
  given: Row,
): Promise<Plan | Reply> {
  const change = await panelChange(context, panel, given, '');
  const plan = await planUpdate(context, PANELS, { keys: [String(panel.id)], rows: [change] });
  if (!isPlan(plan)) return plan;
  return {
    ...plan,
    what: `update a panel (${quoted(panel.type)}) of the dashboard ${quoted(dashboard.name)}`,
  };
}

/** Plans to delete one panel. */
export function planPanelRemoval(context: Context, dashboard: Dashboard, panel: Row): Plan {
  const id = String(panel.id);
  return {
    what: `delete a panel (${quoted(panel.type)}) of the dashboard ${quoted(dashboard.name)}`,
    rows: 1,
    preview: async () => ({
      changes: [{ deleted: shapePanel(panel) }],
      permanent: await permanence(context, PANELS.collection, 'delete', [id]),
    }),
    state: async () =>
      (await readDashboard(context, dashboard.id)).panels.find((one) => one.id === id) ?? null,
    async apply(directus) {
      await directus.request('DELETE', PANELS.endpoint, { body: [id], signal: context.signal });
      return { info: { deleted: [id] } };
    },
  };
}
