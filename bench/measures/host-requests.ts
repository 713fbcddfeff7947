import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { createChat, quickModel } from '../../src/host/index.ts';
import { OWN } from '../contestants.ts';
import type { Bench, Figure, Instance, Measure } from '../figure.ts';
import { serveTools } from '../host/chat.ts';
import { type Endpoint, startEndpoint } from '../host/endpoint.ts';
import { askOwnChat, hasOwnChat, pointOwnChatAt } from '../host/own-chat.ts';
import type { ToolCall } from '../rpc.ts';

const QUESTION = 'What are the ten newest articles?';
const query = { fields: ['title', 'publish_date'], sort: ['-publish_date'], limit: 10 };
const SCRIPT: ToolCall[] = [
  { name: 'schema', arguments: {} },
  { name: 'schema', arguments: { keys: ['articles'] } },
  { name: 'items', arguments: { action: 'read', collection: 'articles', query } },
];
/** Stands in the newest article: whoever has it in the last request has run the tools. */
const SEEN = 'United win the harbour derby';

/** What two chats send to the same scripted model for the same question, in bytes and tokens of each request. */
export const hostRequests: Measure = {
  name: 'host-requests',
  about: "requests of the chat to a scripted model, beside the chat in Directus's own pages",
  async run(bench) {
    const instance = await bench.instances.newsroom();
    const endpoint = await startEndpoint(SCRIPT);
    try {
      const ours = await bodiesOfOurs(bench, instance, endpoint);
      const own = hasOwnChat(instance) ? await bodiesOfOwn(instance, endpoint) : undefined;
      return [figure(ours, own)];
    } finally {
      await endpoint.close();
    }
  },
};

async function bodiesOfOurs(bench: Bench, instance: Instance, endpoint: Endpoint): Promise<string[]> {
  const servers = await serveTools(bench, instance);
  try {
    const model = await quickModel({ baseUrl: endpoint.baseUrl, model: 'bench' });
    const { stream, end } = createChat({ model, servers }).send(QUESTION);
    await stream.pipeTo(new WritableStream());
    await end;
    return whole(endpoint.takeBodies());
  } finally {
    await servers.close();
  }
}

async function bodiesOfOwn(instance: Instance, endpoint: Endpoint): Promise<string[]> {
  await pointOwnChatAt(instance, endpoint.baseUrl);
  const stream = await askOwnChat(instance, QUESTION);
  await stream.pipeTo(new WritableStream());
  return whole(endpoint.takeBodies());
}

/** @throws when not all tools have been run */
function whole(bodies: string[]): string[] {
  if (bodies.length === SCRIPT.length + 1 && bodies.at(-1)?.includes(SEEN)) return bodies;
  throw new Error(`A chat did not run its tools: ${bodies.at(-1)?.slice(-500)}`);
}

function figure(ours: string[], own: string[] | undefined): Figure {
  const what = `the ${ours.length} requests of the chat to a model for a question that takes three calls`;
  const value = total(ours);
  return {
    what,
    value,
    unit: 'tokens',
    ...(own
      ? {
          beside: { who: OWN, value: total(own) },
          compare: { what, unit: 'tokens', ours: value, own: total(own) },
        }
      : {}),
    detail: { ...behind('ours', ours), ...behind(OWN, own ?? []) },
  };
}

const total = (bodies: string[]): number => bodies.reduce((sum, body) => sum + countTokens(body), 0);

const behind = (who: string, bodies: string[]): Record<string, number> =>
  Object.fromEntries(
    bodies.flatMap((body, index) => [
      [`tokens ${index + 1} of ${who}`, countTokens(body)],
      [`bytes ${index + 1} of ${who}`, Buffer.byteLength(body)],
    ]),
  );
