import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { createChat, quickModel } from '../../src/host/index.ts';
import type { Figure, Measure } from '../figure.ts';
import { serveTools } from '../host/chat.ts';
import { startEndpoint } from '../host/endpoint.ts';
import { inTurn } from '../statistics.ts';

const MODES = [
  { mode: 'default', atMost: 4000 },
  { mode: 'registry', atMost: 1200 },
];

/** What the chat sends for a first "hello": the whole body, with system prompt and tools, in tokens of o200k. */
export const hostHello: Measure = {
  name: 'host-hello',
  about: 'size of the request that a first "hello" leads to',
  async run(bench) {
    const instance = await bench.instances.newsroom();
    const endpoint = await startEndpoint();
    const model = await quickModel({ baseUrl: endpoint.baseUrl, model: 'bench' });
    try {
      return await inTurn(MODES, async ({ mode, atMost }): Promise<Figure> => {
        const servers = await serveTools(bench, instance, '--tool-mode', mode);
        const { stream, end } = createChat({ model, servers }).send('hello');
        await stream.pipeTo(new WritableStream());
        await end;
        await servers.close();
        const body = endpoint.lastBody();
        return {
          what: `request of a first "hello" in the chat, ${mode} mode, admin`,
          value: countTokens(body),
          unit: 'tokens',
          atMost,
          detail: { bytes: Buffer.byteLength(body) },
        };
      });
    } finally {
      await endpoint.close();
    }
  },
};
