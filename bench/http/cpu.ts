import { cpuTime } from '../process.ts';
import type { Job, Loader } from './loader.ts';

/** What a process spent on the calls of one contestant so far; `cpu` in ms, undefined where the system does not tell. */
export type Spent = { answers: number; cpu: number | undefined };

export const NOT_TOLD =
  'CPU per call is left out: this system has no /proc/PID/task/*/schedstat to read it from.';

/** Runs a job, and tells what the given processes spent meanwhile. */
export async function spentOn(loader: Loader, job: Job, pids: number[]) {
  const before = pids.map(cpuTime);
  const loaded = await loader.run(job);
  const cpu = pids.map((pid, nth) => less(cpuTime(pid), before[nth]));
  return { ...loaded, cpu };
}

/** CPU in ms of one call. */
export function perCall({ answers, cpu }: Spent): number | undefined {
  return cpu === undefined || answers === 0 ? undefined : cpu / answers;
}

export function more({ answers, cpu }: Spent, by: Spent): Spent {
  return {
    answers: answers + by.answers,
    cpu: cpu === undefined || by.cpu === undefined ? undefined : cpu + by.cpu,
  };
}

function less(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}
