import { cpus, loadavg, platform, totalmem } from 'node:os';

/** What the figures were measured on; no name of the machine and no path. */
export type Machine = {
  cpu: string;
  cores: number;
  memory: string;
  system: string;
  node: string;
  /** Load average over a minute, before and after: other work on the machine makes times longer. */
  load: { before: number; after: number };
};

/** @param before the load average when the run began */
export function machine(before: number): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 1e9)} GB`,
    system: `${platform()} ${process.arch}`,
    node: process.version,
    load: { before, after: currentLoad() },
  };
}

export const currentLoad = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;
