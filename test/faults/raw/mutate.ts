import { randomFrom } from '../random.ts';

type Random = () => number;
type Mutation = (bytes: Buffer, random: Random) => Buffer;

const below = (random: Random, end: number) => Math.floor(random() * end);
const insert = (bytes: Buffer, at: number, more: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);

const NASTY = [
  Buffer.from([0]),
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xc3]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from('\\ud800'),
  Buffer.from('\r\n'),
  Buffer.from('\n'),
  Buffer.from('\ufeff'),
  Buffer.from('1e999'),
  Buffer.from('"__proto__":{"x":1},'),
  Buffer.from('}'),
];

/** What lines, memories and programs do to a message. */
export const MUTATIONS: Record<string, Mutation> = {
  'flipped bits'(bytes, random) {
    const changed = Buffer.from(bytes);
    for (let left = 1 + below(random, 4); left > 0; left--) {
      const at = below(random, changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
    }
    return changed;
  },
  cut: (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  'without its beginning': (bytes, random) => bytes.subarray(1 + below(random, bytes.length - 1)),
  doubled: (bytes) => Buffer.concat([bytes, bytes]),
  'with another in its middle': (bytes, random) => insert(bytes, below(random, bytes.length), bytes),
  'with bytes that are no text': (bytes, random) =>
    insert(bytes, below(random, bytes.length), NASTY[below(random, NASTY.length)] ?? Buffer.alloc(1)),
  huge: (bytes) => insert(bytes, bytes.length - 1, Buffer.from(`,"more":"${'x'.repeat(300_000)}"`)),
  deep: (bytes) =>
    insert(bytes, bytes.length - 1, Buffer.from(`,"deep":${'['.repeat(20_000)}${']'.repeat(20_000)}`)),
  'deep and not closed': (bytes) => insert(bytes, bytes.length - 1, Buffer.from('{"a":'.repeat(20_000))),
  'random bytes': (bytes, random) => Buffer.from(bytes.map(() => below(random, 256))),
};

/** Each message with each mutation, so many times; the same in every run. Each that has an id has one of its own. */
export function* mutated(
  messages: readonly object[],
  times: number,
  seed = 20_261_126,
): Generator<{ name: string; bytes: Buffer }> {
  const random = randomFrom(seed);
  let nth = 0;
  for (let round = 0; round < times; round++)
    for (const message of messages)
      for (const [name, mutate] of Object.entries(MUTATIONS)) {
        nth += 1;
        const own = 'id' in message ? { ...message, id: `${message.id}-${nth}` } : message;
        yield { name, bytes: mutate(Buffer.from(JSON.stringify(own)), random) };
      }
}

/** Good messages that change nothing. Ids are texts: those of the good calls in between are numbers. */
export const MESSAGES = [
  { jsonrpc: '2.0', id: 'a', method: 'ping' },
  { jsonrpc: '2.0', id: 'b', method: 'tools/list', params: {} },
  {
    jsonrpc: '2.0',
    id: 'c',
    method: 'tools/call',
    params: { name: 'items', arguments: { action: 'read', collection: 'articles', query: { limit: 1 } } },
  },
  { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'c', reason: 'ünïcode' } },
];

/** What must never be told to who sends nonsense. */
export const INSIDE = /\n\s+at |\\n\s+at |node_modules|TypeError|SyntaxError|file:\/\//;
