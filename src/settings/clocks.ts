/** Clocks of machines that run instances of one installation may differ by this much: no setting, but a condition. */
export const CLOCK_SKEW_MS = 60_000;
