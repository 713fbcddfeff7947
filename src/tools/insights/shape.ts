import { readMany } from '../../directus/connection.ts';
import { ToolError } from '../../directus/errors.ts';
import { isObject } from '../../directus/objects.ts';
import type { Context } from '../define.ts';
import type { Row, Target } from '../rows/target.ts';

export const DASHBOARDS: Target = { collection: 'directus_dashboards', endpoint: '/dashboards' };
export const PANELS: Target = { collection: 'directus_panels', endpoint: '/panels' };

export type Dashboard = {
  id: string;
  name: string;
  icon: string | null;
  color: string | null;
  note: string | null;
  panels: Row[];
};

const PANEL = [
  ...['id', 'type', 'name', 'options', 'icon', 'color', 'note', 'show_header'],
  ...['position_x', 'position_y', 'width', 'height'],
];

/** A dashboard with its panels in reading order. */
export async function readDashboard({ directus, signal }: Context, id: string): Promise<Dashboard> {
  const query = {
    fields: ['id', 'name', 'icon', 'color', 'note', ...PANEL.map((field) => `panels.${field}`)],
    filter: { id: { _eq: id } },
    deep: { panels: { _limit: -1, _sort: ['position_y', 'position_x'] } },
  };
  const [row] = await readMany<Dashboard>(directus, DASHBOARDS.endpoint, query, { signal });
  if (row) return { ...row, panels: row.panels ?? [] };
  throw new ToolError(
    'NOT_FOUND',
    'There is no such dashboard any more. Nothing was done.',
    'Read them again.',
  );
}

/** A dashboard the way it is created, without what says nothing. */
export function shapeDashboard({ panels, ...dashboard }: Dashboard): Row {
  return { ...withoutEmpty(dashboard), panels: panels.map(shapePanel) };
}

export function shapePanel({ id, type, name, options, show_header: header, ...panel }: Row): Row {
  return withoutEmpty({
    id,
    type,
    name,
    options: isObject(options) ? withoutEmpty(options) : undefined,
    ...panel,
    show_header: name && header === false ? false : undefined,
  });
}

function withoutEmpty(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));
}
