import type { Measure } from '../figure.ts';
import { ofEmptyNode, peakMemory } from '../process.ts';
import { text } from '../rpc.ts';
import { startFirst, startServer } from '../server.ts';
import { ARTICLE_FIELDS } from './articles.ts';

const CALLS = 1000;

const read = (query: object) => ({
  name: 'items',
  arguments: { action: 'read', collection: 'articles', query },
});

const MIX = [
  {
    name: 'items',
    arguments: { action: 'read', collection: 'articles', keys: [1], query: { fields: ARTICLE_FIELDS } },
  },
  read({ fields: ARTICLE_FIELDS, limit: 25 }),
  read({ fields: ['*', 'author.*'], limit: 25 }),
  { name: 'schema', arguments: {} },
  { name: 'schema', arguments: { keys: ['articles'] } },
];

/** The most memory the server has held at once, after a thousand calls of several kinds. */
export const memory: Measure = {
  name: 'memory',
  about: `peak memory of the server after ${CALLS} calls`,
  async run({ bin, instances, say }) {
    const instance = await instances.newsroom();
    await startFirst({ bin, instance });
    const server = await startServer({ bin, instance });
    await server.request('tools/list');
    const atFirst = peakMemory(server.pid);
    for (let done = 0; done < CALLS; done++) {
      if (done % 100 === 0) say(`call ${done} of ${CALLS}`);
      text(await server.request('tools/call', MIX[done % MIX.length]));
    }
    const value = peakMemory(server.pid);
    await server.close();
    // Most of it is the program file of Node, of which a system holds more or less in memory as it likes.
    const empty = ((await ofEmptyNode('process.resourceUsage().maxRSS')) * 1024) / 1e6;
    if (value === undefined || atFirst === undefined) {
      say('Memory is left out: this system has no /proc/PID/status to read the peak from.');
      return [];
    }
    return [
      {
        what: `peak memory of the server after ${CALLS} calls`,
        value,
        unit: 'MB',
        atMost: 100,
        detail: { 'MB after tools/list': atFirst, 'MB of an empty node': empty },
      },
    ];
  },
};
