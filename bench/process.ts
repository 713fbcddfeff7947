import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/** What Node needs to be told to run our TypeScript as it is. */
export const TYPESCRIPT = ['--experimental-transform-types', '--no-warnings'];

/** What a Node with nothing to do knows of itself: an ended process can no longer be asked. @param value an expression */
export async function ofEmptyNode(value: string): Promise<number> {
  const script = `console.log(${value})`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  return Number(await text(child.stdout));
}

/** CPU time, in ms, that the threads of a process have used so far; undefined where the system does not tell. */
export function cpuTime(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
  } catch {
    return undefined;
  }
}

/** The most memory, in MB (10^6 bytes), that a process has held at once; undefined where the system does not tell. */
export const peakMemory = (pid: number): number | undefined => memory(pid, /^VmHWM:\s*(\d+) kB$/m);

/** The memory, in MB (10^6 bytes), that a process holds now; undefined where the system does not tell. */
export const residentMemory = (pid: number): number | undefined => memory(pid, /^VmRSS:\s*(\d+) kB$/m);

function memory(pid: number, line: RegExp): number | undefined {
  try {
    const kibibytes = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes ? (Number(kibibytes) * 1024) / 1e6 : undefined;
  } catch {
    return undefined;
  }
}
