import type { Report, ReportRow } from '../../usage-api.ts';

type Cell = string | number | undefined;

/** The rows of a report as a file for spreadsheets: RFC 4180, in UTF-8. */
export function toCsv({ by, rows }: Report): string {
  const columns = [
    ...REQUEST_COLUMNS.filter(() => by !== 'tool'),
    ...CALL_COLUMNS.filter(() => by !== 'model' && by !== 'provider'),
  ];
  const head: Cell[] = [...(by === 'user' ? ['user', 'user_id'] : [by]), ...columns.map(([title]) => title)];
  const lines = rows.map((row): Cell[] => [
    row.label,
    ...(by === 'user' ? [row.key] : []),
    ...columns.map(([, value]) => value(row)),
  ]);
  return [head, ...lines].map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

type Column = [title: string, value: (row: ReportRow) => Cell];

const REQUEST_COLUMNS: Column[] = [
  ['requests', ({ requests }) => requests?.requests],
  ['input_tokens', ({ requests }) => requests?.usage.inputTokens],
  ['cached_tokens', ({ requests }) => requests?.usage.cachedTokens],
  ['output_tokens', ({ requests }) => requests?.usage.outputTokens],
  ['reasoning_tokens', ({ requests }) => requests?.usage.reasoningTokens],
  ['cost_usd', ({ requests }) => requests?.usage.cost],
  ['requests_without_price', ({ requests }) => requests?.unpriced],
  ['estimated', ({ requests }) => requests && (requests.usage.incomplete ? 'yes' : 'no')],
];

const CALL_COLUMNS: Column[] = [
  ['tool_calls', ({ calls }) => calls?.calls],
  ['failed_calls', ({ calls }) => calls?.failed],
  ['denied_calls', ({ calls }) => calls?.denied],
  ['tool_ms', ({ calls }) => calls?.ms],
  ['result_tokens', ({ calls }) => calls?.tokens],
];

/** A text that a spreadsheet would take for a formula begins with an apostrophe, which it takes away again. */
function cellOf(value: Cell): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
