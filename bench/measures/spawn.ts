import { spawn as spawnProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Figure, Instance, Measure } from '../figure.ts';
import { cpuTime, ofEmptyNode } from '../process.ts';
import { startFirst, startServer } from '../server.ts';
import { inTurn, median } from '../statistics.ts';

const WARM_UPS = 2;
const EMPTY_CPU = '(process.cpuUsage().user + process.cpuUsage().system) / 1000';

type Start = { wall: number; cpu: number | undefined };

/**
 * From the spawn of the server to the answer of `tools/list`, less what an empty Node costs. The starts are
 * interleaved, so that all of them feel what else the machine does.
 */
export const spawn: Measure = {
  name: 'spawn',
  about: 'from the start of the server to the answer of tools/list',
  async run({ bin, spawns, instances, say }) {
    const targets = [await instances.newsroom(), await instances.wide()].filter((one) => one !== undefined);
    for (const instance of targets) await startFirst({ bin, instance });
    const empty: Start[] = [];
    const starts = targets.map((instance) => ({ instance, samples: [] as Start[] }));
    for (let round = -WARM_UPS; round < spawns; round++) {
      say(`start ${Math.max(round + 1, 0)} of ${spawns}`);
      const emptyNow = { wall: await emptyNode(), cpu: await ofEmptyNode(EMPTY_CPU) };
      if (round >= 0) empty.push(emptyNow);
      await inTurn(starts, async ({ instance, samples }) => {
        const sample = await startToList(bin, instance);
        if (round >= 0) samples.push(sample);
      });
    }
    return starts.map(({ instance, samples }) => figure(instance, samples, empty));
  },
};

function figure({ name }: Instance, samples: Start[], empty: Start[]): Figure {
  const wall = samples.map((one) => one.wall);
  const emptyWall = empty.map((one) => one.wall);
  const cpu = samples.flatMap((one) => one.cpu ?? []);
  const emptyCpus = empty.flatMap((one) => one.cpu ?? []);
  return {
    what: `spawn to tools/list answered, less an empty node, ${name}`,
    value: median(wall) - median(emptyWall),
    unit: 'ms',
    atMost: 90,
    detail: {
      'minimum ms': Math.min(...wall) - Math.min(...emptyWall),
      'whole ms': median(wall),
      'empty node ms': median(emptyWall),
      ...(cpu.length > 0 ? { 'CPU ms': median(cpu) - median(emptyCpus) } : {}),
    },
  };
}

async function startToList(bin: string, instance: Instance): Promise<Start> {
  const began = performance.now();
  const server = await startServer({ bin, instance });
  await server.request('tools/list');
  const wall = performance.now() - began;
  const cpu = cpuTime(server.pid);
  await server.close();
  return { wall, cpu };
}

async function emptyNode(): Promise<number> {
  const began = performance.now();
  await once(spawnProcess(process.execPath, ['-e', '0'], { stdio: ['pipe', 'pipe', 'inherit'] }), 'exit');
  return performance.now() - began;
}
