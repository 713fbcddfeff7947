import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConversations } from '../../src/host/conversations/file-store.ts';
import { createChat, quickModel } from '../../src/host/index.ts';
import type { Measure } from '../figure.ts';
import { serveTools } from '../host/chat.ts';
import { type Endpoint, startEndpoint } from '../host/endpoint.ts';
import { median, quantile } from '../statistics.ts';

const WARM_UPS = 20;

/**
 * From the first byte of an answer to its first character in the host's stream, beside a bare fetch of the same answer
 * in turn with it. Each answer is the first of a new conversation that is kept in files, with all tools.
 */
export const hostDelay: Measure = {
  name: 'host-delay',
  about: "from the endpoint's first byte to the first character in the chat",
  async run(bench) {
    const endpoint = await startEndpoint();
    const servers = await serveTools(bench, await bench.instances.newsroom());
    const folder = await mkdtemp(join(tmpdir(), 'bench-host-'));
    const store = openConversations({ folder });
    try {
      const model = await quickModel({ baseUrl: endpoint.baseUrl, model: 'bench' });
      const host = async () => {
        const conversation = await store.create();
        const { stream, end } = createChat({ model, servers, conversation }).send('hello');
        let delay: number | undefined;
        for await (const { type } of stream)
          if (type === 'text-delta') delay ??= performance.now() - endpoint.firstByteAt();
        const { problem } = await end;
        await conversation.close();
        if (delay === undefined) throw new Error(`The chat answered nothing. ${problem ?? ''}`);
        return delay;
      };
      const samples = { host: [] as number[], fetch: [] as number[] };
      for (let round = -WARM_UPS; round < bench.rounds; round++) {
        if (round % 100 === 0) bench.say(`first character: round ${round} of ${bench.rounds}`);
        const [chat, bare] = [await host(), await bareFetch(endpoint)];
        if (round < 0) continue;
        samples.host.push(chat);
        samples.fetch.push(bare);
      }
      return [figure(samples)];
    } finally {
      await servers.close();
      await endpoint.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** The same request, and the first piece of the answer as it comes out of `fetch`. */
async function bareFetch({ baseUrl, lastBody, firstByteAt }: Endpoint): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${baseUrl}/chat/completions`, { method: 'POST', headers, body: lastBody() });
  let delay: number | undefined;
  for await (const _ of reply.body ?? []) delay ??= performance.now() - firstByteAt();
  if (delay === undefined) throw new Error('The endpoint answered nothing.');
  return delay;
}

function figure({ host, fetch }: { host: number[]; fetch: number[] }) {
  return {
    what: "first byte of the endpoint to the first character in the chat, less a bare fetch's, p50",
    value: median(host) - median(fetch),
    unit: 'ms' as const,
    atMost: 15,
    detail: {
      'p95 ms': quantile(host, 0.95) - quantile(fetch, 0.95),
      'chat p50 ms': median(host),
      'chat p95 ms': quantile(host, 0.95),
      'fetch p50 ms': median(fetch),
      'fetch p95 ms': quantile(fetch, 0.95),
    },
  };
}
