import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConversations } from '../../src/host/conversations/file-store.ts';
import { createChat, quickModel } from '../../src/host/index.ts';
import { OWN } from '../contestants.ts';
import type { Figure, Instance, Measure } from '../figure.ts';
import { serveTools } from '../host/chat.ts';
import { type Endpoint, startEndpoint } from '../host/endpoint.ts';
import { askOwnChat, hasOwnChat, pointOwnChatAt } from '../host/own-chat.ts';
import { median, quantile } from '../statistics.ts';

const WARM_UPS = 20;

/**
 * From the first byte of an answer to its first character in the host's stream, beside a bare fetch of the same answer
 * in turn with it, and beside Directus's own chat over HTTP. Each answer is the first of a new conversation that is kept in files, with all tools.
 */
export const hostDelay: Measure = {
  name: 'host-delay',
  about: "from the endpoint's first byte to the first character in the chat",
  async run(bench) {
    const endpoint = await startEndpoint();
    const instance = await bench.instances.newsroom();
    const servers = await serveTools(bench, instance);
    const withOwn = hasOwnChat(instance);
    if (withOwn) await pointOwnChatAt(instance, endpoint.baseUrl);
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
      const samples: Samples = { host: [], fetch: [], own: [] };
      for (let round = -WARM_UPS; round < bench.rounds; round++) {
        if (round % 100 === 0) bench.say(`first character: round ${round} of ${bench.rounds}`);
        const [chat, bare] = [await host(), await bareFetch(endpoint)];
        const own = withOwn ? await ownChat(instance, endpoint) : undefined;
        endpoint.takeBodies();
        if (round < 0) continue;
        samples.host.push(chat);
        samples.fetch.push(bare);
        if (own !== undefined) samples.own.push(own);
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

/** The first text in the stream that the page of Directus reads. */
async function ownChat(instance: Instance, { firstByteAt }: Endpoint): Promise<number> {
  let delay: number | undefined;
  for await (const piece of await askOwnChat(instance, 'hello'))
    if (Buffer.from(piece).includes('"text-delta"')) delay ??= performance.now() - firstByteAt();
  if (delay === undefined) throw new Error("Directus's own chat answered nothing.");
  return delay;
}

type Samples = { host: number[]; fetch: number[]; own: number[] };

function figure({ host, fetch, own }: Samples): Figure {
  const what = "first byte of the endpoint to the first character in the chat, less a bare fetch's, p50";
  const value = median(host) - median(fetch);
  const ofOwn = own.length > 0 ? median(own) - median(fetch) : undefined;
  return {
    what,
    value,
    unit: 'ms',
    atMost: 15,
    ...(ofOwn === undefined
      ? {}
      : { beside: { who: OWN, value: ofOwn }, compare: { what, unit: 'ms', ours: value, own: ofOwn } }),
    detail: {
      'p95 ms': quantile(host, 0.95) - quantile(fetch, 0.95),
      'chat p50 ms': median(host),
      'chat p95 ms': quantile(host, 0.95),
      'fetch p50 ms': median(fetch),
      'fetch p95 ms': quantile(fetch, 0.95),
    },
  };
}
