/*
 * What the Usage page and the server say to one another, below /api/usage. Days are days of the server's clock, as
 * `2026-11-25`; costs are dollars.
 */
import type { Limit } from '../host/costs/budgets.ts';
import type { Role } from '../host/costs/roles.ts';
import type { CallTotal, UsageTotal } from '../host/costs/totals.ts';
import type { RoleLimit } from '../settings/groups/ai.ts';

export type { Limit, Role, RoleLimit };

/** What rows of a report are about. */
export type ReportBy = 'user' | 'model' | 'provider' | 'tool' | 'day';

export type Requests = Omit<UsageTotal, 'key'>;
export type Calls = Omit<CallTotal, 'key'>;

export type ReportRow = {
  /** Id of the user; `PROVIDER/ID`; the provider; `TOOL.ACTION`; the day. `''`: somebody who was not signed in. */
  key: string;
  /** How people see it: a user by the newest name that was written down. */
  label: string;
  /** Requests to models; undefined where rows are tools. */
  requests?: Requests;
  /** Tool calls; undefined where rows are models or providers. */
  calls?: Calls;
};

/**
 * `GET /api/usage?days=7&by=user` (this day and those before it; 30 when nothing is said), or
 * `?since=2026-11-01&until=2026-11-30&by=model`, where both days count; for admins. At most 366 days. The same with
 * `/api/usage/csv` is a file of the rows.
 */
export type Report = {
  since: string;
  until: string;
  by: ReportBy;
  total: { requests: Requests; calls: Calls };
  /** The largest first; days in their order. */
  rows: ReportRow[];
  /** Every day of the period, also those on which nothing was used. */
  days: (ReportRow & { requests: Requests; calls: Calls })[];
};

/** `GET /api/usage/limits`, for admins: what is set. */
export type LimitsView = {
  /** `ai.budget`: for everybody. */
  everybody: Limit[];
  /** `ai.roles`, as they stand there. */
  roles: { key: string; limit: RoleLimit; role?: Role }[];
  /** Sentences about what is wrong with them. */
  problems: string[];
};

/** `GET /api/usage/mine`, for everyone: their own use today, and what limits it. */
export type MyUsage = {
  today: { tokens: number; dollars: number };
  /** With what was used of it; not known here for one conversation. */
  limits: (Limit & { used?: number })[];
  /** When the budgets of a day are free again, ISO. */
  freeAt: string;
};
