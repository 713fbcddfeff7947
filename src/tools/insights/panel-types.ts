/** A panel that every Directus has, as Studio shows it. */
export type PanelKind = {
  /** What it shows nothing without. */
  needs: string[];
  takes: string[];
  /** Options that name fields of its collection, and whether that must be a date. */
  fields?: Record<string, 'any' | 'date'>;
  /** The option that names the function, the functions, and the option with the field that it is applied to. */
  counts?: { by: string; functions: string[]; of: string };
  /** Options with the values they take. */
  values?: Record<string, string[]>;
  /** Width and height: the least there can be, and those of a panel that says none. */
  least: [number, number];
  size: [number, number];
};

/** Functions that need no numbers. */
export const FOR_ANY = ['count', 'countDistinct', 'first', 'last'];
const SUMS = ['avg', 'avgDistinct', 'sum', 'sumDistinct'];
const FUNCTIONS = ['count', 'countDistinct', ...SUMS, 'min', 'max'];

const TEXT = ['color', 'textAlign', 'fontWeight', 'fontStyle', 'fontSize', 'font'];
const NUMBER = [
  ...['prefix', 'suffix', 'numberStyle', 'notation', 'unit'],
  ...['minimumFractionDigits', 'maximumFractionDigits', 'conditionalFormatting'],
];
const STYLES = {
  numberStyle: ['decimal', 'currency', 'percent', 'unit'],
  notation: ['standard', 'scientific', 'engineering', 'compact'],
};
const CURVES = {
  curveType: ['smooth', 'straight', 'stepline'],
  fillType: ['gradient', 'solid', 'disabled'],
};
const SORT = { sortDirection: ['asc', 'desc'] };

export const PANELS: Record<string, PanelKind> = {
  label: {
    needs: ['text'],
    takes: ['text', 'whiteSpace', ...TEXT],
    values: { textAlign: ['start', 'center', 'end', 'justify'] },
    least: [6, 2],
    size: [24, 3],
  },
  metric: {
    needs: ['collection', 'function'],
    takes: ['collection', 'field', 'function', 'sortField', 'filter', ...NUMBER, ...TEXT],
    fields: { field: 'any', sortField: 'any' },
    counts: { by: 'function', functions: [...FUNCTIONS, 'first', 'last'], of: 'field' },
    values: STYLES,
    least: [6, 2],
    size: [12, 6],
  },
  'metric-list': {
    needs: ['collection', 'groupByField', 'aggregateField', 'aggregateFunction'],
    takes: [
      ...['collection', 'limit', 'groupByField', 'aggregateField', 'aggregateFunction'],
      ...['sortDirection', 'filter', ...NUMBER],
    ],
    fields: { groupByField: 'any', aggregateField: 'any' },
    counts: { by: 'aggregateFunction', functions: ['count', 'countDistinct', ...SUMS], of: 'aggregateField' },
    values: { ...STYLES, ...SORT },
    least: [12, 6],
    size: [24, 12],
  },
  list: {
    needs: ['collection'],
    takes: ['collection', 'limit', 'sortField', 'sortDirection', 'displayTemplate', 'linkToItem', 'filter'],
    fields: { sortField: 'any' },
    values: SORT,
    least: [12, 6],
    size: [24, 12],
  },
  'time-series': {
    needs: ['collection', 'function', 'dateField', 'valueField'],
    takes: [
      ...['collection', 'color', 'function', 'precision', 'dateField', 'range', 'valueField', 'decimals'],
      ...['min', 'max', 'curveType', 'fillType', 'missingData', 'filter', 'showXAxis', 'showYAxis'],
    ],
    fields: { dateField: 'date', valueField: 'any' },
    counts: { by: 'function', functions: FUNCTIONS, of: 'valueField' },
    values: { ...CURVES, precision: ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'] },
    least: [12, 6],
    size: [24, 12],
  },
  'bar-chart': {
    needs: ['collection', 'xAxis', 'yAxis'],
    takes: [
      ...['collection', 'horizontal', 'xAxis', 'xAxisDisplayField', 'yAxis', 'function', 'decimals', 'color'],
      ...['filter', 'showAxisLabels', 'showDataLabel', 'conditionalFill'],
    ],
    fields: { xAxis: 'any', yAxis: 'any' },
    counts: { by: 'function', functions: FUNCTIONS, of: 'yAxis' },
    values: { showAxisLabels: ['both', 'yOnly', 'xOnly', 'none'] },
    least: [12, 10],
    size: [24, 12],
  },
  'line-chart': {
    needs: ['collection', 'xAxis', 'yAxis', 'aggregation'],
    takes: [
      ...['collection', 'xAxis', 'yAxis', 'aggregation', 'grouping', 'datePrecision', 'filter', 'decimals'],
      ...['color', 'min', 'max', 'curveType', 'fillType', 'showAxisLabels', 'showMarker', 'showLegend'],
    ],
    fields: { xAxis: 'any', yAxis: 'any', grouping: 'any' },
    counts: { by: 'aggregation', functions: FUNCTIONS, of: 'yAxis' },
    values: { ...CURVES, showAxisLabels: ['both', 'yAxis', 'xAxis', 'none'] },
    least: [6, 6],
    size: [24, 12],
  },
  'pie-chart': {
    needs: ['collection', 'column'],
    takes: [
      ...['collection', 'column', 'function', 'donut', 'showLabels', 'legend', 'filter', 'decimals', 'color'],
      'conditionalFill',
    ],
    fields: { column: 'any' },
    counts: { by: 'function', functions: ['count', 'avg', 'sum', 'min', 'max'], of: 'column' },
    values: { legend: ['none', 'right', 'bottom'] },
    least: [10, 10],
    size: [12, 12],
  },
  meter: {
    needs: ['collection', 'field', 'fn'],
    takes: [
      ...['collection', 'field', 'fn', 'max', 'filter', 'size', 'strokeWidth', 'color', 'roundedStroke'],
      ...['showPercentage', 'conditionalFill'],
    ],
    fields: { field: 'any' },
    counts: { by: 'fn', functions: FUNCTIONS, of: 'field' },
    values: { size: ['full', 'half'] },
    least: [6, 6],
    size: [12, 12],
  },
  variable: {
    needs: ['field', 'type', 'inter'],
    takes: ['field', 'type', 'defaultValue', 'inter', 'options'],
    least: [12, 6],
    size: [16, 6],
  },
  'relational-variable': {
    needs: ['field', 'collection'],
    takes: ['field', 'collection', 'multiple', 'limit', 'displayTemplate', 'filter'],
    least: [12, 6],
    size: [16, 6],
  },
};

/** The panel of a type; undefined for one that an extension brings, or that there is not. */
export function panelKind(type: unknown): PanelKind | undefined {
  return typeof type === 'string' && Object.hasOwn(PANELS, type) ? PANELS[type] : undefined;
}
