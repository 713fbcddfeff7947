/** The day of a time on this machine's clock, as `2026-11-25`. */
export function localDay(time: Date): string {
  const month = String(time.getMonth() + 1).padStart(2, '0');
  return `${time.getFullYear()}-${month}-${String(time.getDate()).padStart(2, '0')}`;
}

/** The midnight that begins the day which is `days` after that of a time; also before, with less than 0. */
export const midnight = (time: Date, days = 0): Date =>
  new Date(time.getFullYear(), time.getMonth(), time.getDate() + days);
