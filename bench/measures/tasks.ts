import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { hasRegistry, OWN } from '../contestants.ts';
import type { Bench, Figure, Instance, Measure } from '../figure.ts';
import { connectOwn, listTools, type Mcp, type Mode } from '../mcp.ts';
import { servePicture } from '../picture.ts';
import { viaFetch } from '../rest.ts';
import { startServer } from '../server.ts';
import { inTurn } from '../statistics.ts';
import { tasks as taskList } from '../tasks/list.ts';
import { type Played, type Player, play } from '../tasks/play.ts';
import type { Task } from '../tasks/task.ts';
import { definitionTokens } from '../tokens.ts';

/** The oldest version of Directus we know to have a registry mode. */
const WITH_REGISTRY = '12.3.1';

const ROUNDS: { mode: Mode; atMost: number }[] = [
  { mode: 'default', atMost: 1 / 9 },
  { mode: 'registry', atMost: 1 / 2 },
];

/** Whole tasks, done for real by scripts of what a competent model sends, in a newsroom that nobody has touched. */
export const tasks: Measure = {
  name: 'tasks',
  about: 'tokens of whole tasks, with all that a host sends again and again',
  async run(bench) {
    const picture = await servePicture();
    try {
      return await inTurn(ROUNDS, async ({ mode, atMost }) => {
        const { version } = bench.instances;
        const of = mode === 'default' || hasRegistry({ version }) ? version : WITH_REGISTRY;
        const list = taskList(picture.url);
        const ours = await playAll(bench, { version: of, mode, side: 'ours' }, list);
        const own = await playAll(bench, { version: of, mode, side: 'own' }, list);
        return figure({ mode, atMost, version: of }, ours, own);
      });
    } finally {
      await picture.close();
    }
  },
};

type Who = { version: string; mode: Mode; side: Player['side'] };
type Done = { name: string } & Played;

function playAll(bench: Bench, { version, mode, side }: Who, list: Task[]): Promise<Done[]> {
  return bench.instances.untouched(version, async (instance) => {
    const server = await (side === 'own' ? connectOwn(instance, mode) : connectOurs(bench, instance, mode));
    try {
      const head = definitionTokens(await listTools(server)) + countTokens(server.instructions);
      const rest = viaFetch(instance);
      return await inTurn(list, async (task) => {
        bench.say(`task ${task.name}: ${side === 'own' ? OWN : 'ours'}, ${mode} mode`);
        return { name: task.name, ...(await play({ side, mode, server, head }, task, rest)) };
      });
    } finally {
      await server.close();
    }
  });
}

/** The picture is fetched from this machine, which servers are not let to unless it is said. */
function connectOurs({ bin }: Bench, instance: Instance, mode: Mode): Promise<Mcp> {
  const flags = ['--allow-deletes', '--tool-mode', mode];
  return startServer({ bin, instance, flags, env: { UPLOAD_HOSTS: '127.0.0.1' } });
}

const sum = (done: Done[], of: keyof Played): number => done.reduce((total, one) => total + one[of], 0);

type Round = { mode: Mode; atMost: number; version: string };

function figure({ mode, atMost, version }: Round, ours: Done[], own: Done[]): Figure {
  const what = `tokens of ${ours.length} whole tasks, ${mode} mode`;
  return {
    what: `${what}, against those of Directus's own (${version})`,
    value: sum(ours, 'tokens') / sum(own, 'tokens'),
    unit: 'times',
    atMost,
    compare: { what, unit: 'tokens', ours: sum(ours, 'tokens'), own: sum(own, 'tokens') },
    detail: { ...behind('ours', ours), ...behind(OWN, own) },
  };
}

function behind(who: string, done: Done[]): Record<string, number> {
  return Object.fromEntries([
    [`tokens of ${who}`, sum(done, 'tokens')],
    [`requests of ${who}`, sum(done, 'requests')],
    ...done.map(({ name, tokens }) => [`${name} of ${who}`, tokens]),
  ]);
}
