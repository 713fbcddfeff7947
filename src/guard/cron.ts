/** Seconds, minutes, hours, days of the month, months, days of the week: the least and the greatest value. */
const RANGES: [number, number][] = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

const NAMES = 'sun mon tue wed thu fri sat jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const VALUES = [0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const PRESETS = [
  'yearly',
  'monthly',
  'weekly',
  'daily',
  'hourly',
  'minutely',
  'secondly',
  'weekdays',
  'weekends',
];

const PART = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/;

/** Whether Directus would run a flow by this schedule. One that it cannot read it stores, and never runs. */
export function isCron(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const text = value.trim().toLowerCase();
  if (PRESETS.includes(text.replace(/^@/, ''))) return text.startsWith('@');
  const parts = text.replace(/[a-z]+/g, asNumber).split(/\s+/);
  // Seconds come first and may be left out.
  const ranges = RANGES.slice(RANGES.length - parts.length);
  return [5, 6].includes(parts.length) && parts.every((part, index) => fits(part, ranges[index] ?? [0, 0]));
}

function asNumber(name: string): string {
  const index = NAMES.indexOf(name);
  return index < 0 ? name : String(VALUES[index]);
}

function fits(part: string, [least, greatest]: [number, number]): boolean {
  return part.split(',').every((one) => {
    const match = PART.exec(one);
    if (!match) return false;
    const [, from = String(least), to = from, step = '1'] = match;
    return Number(from) >= least && Number(from) <= Number(to) && Number(to) <= greatest && Number(step) > 0;
  });
}
