import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { settingsSchema } from '../../src/settings/schema.ts';
import { recording } from '../host/quirks/replay-server.ts';
import { type OpenOptions, openChat, openStore } from './fixtures/chat.ts';
import { keys, until } from './fixtures/screen.ts';

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'r', object: 'chat.completion.chunk', created: 1, model: 'tester', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const callOf = (input: Record<string, string>) =>
  chunk({
    tool_calls: [
      { index: 0, id: 'c1', type: 'function', function: { name: 'notes', arguments: JSON.stringify(input) } },
    ],
  }) + chunk({}, 'tool_calls');
const change = callOf({ action: 'update', id: '1', text: 'a new text' });
const failure = 'data: {"error":{"message":"the model fell over","code":400}}\n\n';

type Options = OpenOptions & {
  /** What the answer begins with. */
  text?: string;
  /** The rest of its stream. */
  ends?: string;
  maxSteps?: number;
};

/** A chat in the middle of an answer that ends when it is told to. `asked` is what each request ended with. */
async function inAnAnswer(options: Options = {}) {
  const {
    text = 'Half of it',
    ends = chunk({ content: ' and all.' }) + chunk({}, 'stop'),
    maxSteps,
  } = options;
  const { promise: held, resolve: end } = Promise.withResolvers<void>();
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    asked.push(JSON.parse(body).messages.at(-1).content);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (asked.length > 1) return response.end(recording('hello.sse'));
    response.write(chunk({ role: 'assistant', content: text }));
    await held;
    response.end(`${ends}data: [DONE]\n\n`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const { ai } = settingsSchema.parse({
    ai: {
      compatible: [{ name: 'local', baseUrl, models: ['tester'] }],
      ...(maxSteps !== undefined && { maxSteps }),
    },
  });
  const chat = await openChat({ ...options, ai });
  chat.screen.type('tell me', keys.enter);
  await until(() => expect(chat.session.view().growing).not.toBe(''));
  const turns = (number: number) =>
    until(() =>
      expect(chat.session.view().entries.filter(({ kind }) => kind === 'turn')).toHaveLength(number),
    );
  /** Sends a line and waits until it is in the queue. */
  const queue = async (line: string) => {
    chat.screen.type(line, keys.enter);
    await until(() => expect(chat.session.view().queued.at(-1)).toBe(line));
  };
  /** What has left the prompt and the queue. */
  const said = () =>
    chat.session.view().entries.flatMap((entry) => (entry.kind === 'person' ? entry.text : []));
  return { ...chat, asked, said, end, turns, queue };
}

/** The lines below all that is finished. */
const live = (text: string) => text.slice(text.lastIndexOf('› tell me')).split('\n').slice(1);

describe('a line that is sent while an answer runs', () => {
  test('waits in sight of the person, and is sent when the answer has ended', async () => {
    const { screen, session, asked, end, queue, turns } = await inAnAnswer();
    await queue('and the rest?');
    await screen.see('› and the rest?');
    expect(screen.text()).toContain('waits for the end of this');
    expect(asked).toEqual(['tell me']);
    end();
    await turns(2);
    expect(asked).toEqual(['tell me', 'and the rest?']);
    expect(screen.text()).not.toContain('waits for the end');
    expect(screen.text().indexOf('Half of it and all.')).toBeLessThan(
      screen.text().indexOf('› and the rest?'),
    );
    expect(session.view().inputs).toEqual(['tell me', 'and the rest?']);
  });

  test('goes before those that were sent later, commands as well, each after the end of the one before', async () => {
    const { screen, session, asked, end, queue, turns } = await inAnAnswer();
    for (const line of ['second', '/usage', 'third']) await queue(line);
    await screen.see('1 more');
    end();
    await turns(3);
    expect(asked).toEqual(['tell me', 'second', 'third']);
    const kinds = session.view().entries.map((entry) => (entry.kind === 'person' ? entry.text : entry.kind));
    const order = kinds.filter((kind) => !['banner', 'answer'].includes(kind));
    expect(order).toEqual(['tell me', 'turn', 'second', 'turn', '/usage', 'page', 'third', 'turn']);
  });

  test('comes back into the prompt by Esc, before what is being typed', async () => {
    const { screen, session, asked, said, end, queue, turns } = await inAnAnswer();
    await queue('second');
    await queue('third');
    screen.type('fou');
    await screen.see('› fou');
    screen.type(keys.escape);
    await screen.see('Stopped.');
    await screen.see('› second\n  third\n  fou');
    end();
    await turns(1);
    expect(session.view().queued).toEqual([]);
    expect(said()).toEqual(['tell me']);
    screen.type('rth', keys.enter);
    await turns(2);
    expect(asked.at(-1)).toBe('second\nthird\nfourth');
  });

  test('comes back into the prompt when the answer fails, and the error is there to be read', async () => {
    const { screen, asked, said, end, queue, turns } = await inAnAnswer({ ends: failure });
    await queue('and then?');
    end();
    await screen.see('Error:');
    await turns(1);
    await screen.see('› and then?');
    expect(screen.text()).not.toContain('waits for the end');
    expect(said()).toEqual(['tell me']);
    screen.type(keys.enter);
    await turns(2);
    expect(asked.at(-1)).toBe('and then?');
  });

  test('comes back when a command before it fails, without which it is not meant', async () => {
    const { screen, said, end, queue, turns } = await inAnAnswer();
    await queue('/attach none.png');
    await queue('what is in this picture?');
    end();
    await screen.see('none.png cannot be attached');
    await screen.see('› what is in this picture?');
    await turns(1);
    expect(said()).toEqual(['tell me', '/attach none.png']);
  });

  test.for([
    { key: 'Enter', typed: [keys.enter], asks: 3 },
    { key: 'the second choice', typed: [keys.down, keys.enter], asks: 1 },
  ])('A16 waits while a limit is asked about: $key', async ({ typed, asks }) => {
    const read = callOf({ action: 'read' });
    const { screen, session, asked, end, queue } = await inAnAnswer({ ends: read, maxSteps: 1 });
    await queue('and then?');
    end();
    await screen.see('Go on?');
    expect(session.view().queued).toEqual(['and then?']);
    screen.type(...typed);
    await until(() => expect(session.view().queued).toEqual([]));
    await screen.see('› and then?');
    await until(() => expect(asked).toHaveLength(asks));
    expect(asked.at(-1)).toBe(asks === 1 ? 'tell me' : 'and then?');
  });

  test('is not lost by /new: that leaves nothing behind it', async () => {
    const { conversations } = await openStore();
    const { screen, session, end, queue } = await inAnAnswer({ conversations });
    await queue('/new');
    await queue('a new subject');
    end();
    await screen.see('was not left');
    await screen.see('› a new subject');
    screen.type('\u0015');
    await screen.gone('› a new subject');
    screen.type('/new', keys.enter);
    expect(await session.left).toEqual({ fresh: true });
  });

  test('is not sent any more when the person leaves', async () => {
    const { screen, session, said, end, queue, turns } = await inAnAnswer();
    await queue('and then?');
    screen.type(keys.ctrlC);
    await session.left;
    end();
    await turns(1);
    expect(session.view().queued).toEqual([]);
    expect(said()).toEqual(['tell me']);
  });
});

describe('a question that comes while a person types', () => {
  test('A14 is no card under the fingers, and no queued line answers it', async () => {
    const { screen, session, asked, end, turns } = await inAnAnswer({ ends: change });
    screen.type('n');
    await screen.see('› n');
    end();
    await screen.see('You are asked something');
    // One after the other, as a person types.
    for (const [index, letter] of ['a', 'y', 'y'].entries()) {
      screen.type(letter);
      await screen.see(`› n${'ayy'.slice(0, index + 1)}`);
    }
    expect(session.view().dialog?.kind).toBe('approval');
    expect(screen.text()).not.toContain('Run notes.update?');
    screen.type(keys.enter);
    await screen.see('Run notes.update?');
    expect(session.view().queued).toEqual(['nayy']);
    expect(screen.text()).not.toContain('✓');
    screen.type('y');
    await turns(2);
    expect(screen.text()).toContain('✓ notes.update');
    expect(asked).toHaveLength(3);
    expect(asked.at(-1)).toBe('nayy');
  });

  test('appears when the line is deleted; Esc runs nothing and brings back what waits', async () => {
    const { screen, session, said, end, queue, turns } = await inAnAnswer({ ends: change });
    await queue('then this');
    screen.type('x');
    await screen.see('› x');
    end();
    await screen.see('You are asked something');
    screen.type('\u007f');
    await screen.see('Run notes.update?');
    screen.type(keys.escape);
    await screen.see('What waited was not run.');
    await screen.see('› then this');
    await turns(1);
    expect(session.view().queued).toEqual([]);
    expect(screen.text()).not.toContain('✓');
    expect(said()).toEqual(['tell me']);
  });

  test('A16 chooses nothing at a limit by the Enter that was meant for the line', async () => {
    const read = callOf({ action: 'read' });
    const { screen, session, asked, end } = await inAnAnswer({ ends: read, maxSteps: 1 });
    screen.type('and ');
    await screen.see('› and');
    end();
    await screen.see('You are asked something');
    screen.type('more', keys.enter);
    await screen.see('Go on?');
    expect(session.view().queued).toEqual(['and more']);
    expect(asked).toEqual(['tell me']);
  });
});

test.for([
  { columns: 100, rows: 24 },
  { columns: 40, rows: 14 },
])('$columns x $rows have room for a long answer, the queue and the prompt', async ({ columns, rows }) => {
  const text = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('  \n');
  const { screen, queue } = await inAnAnswer({ columns, rows, text });
  for (const line of ['second', 'third', 'fourth']) await queue(line);
  screen.type(Array.from({ length: 10 }, (_, index) => `typed ${index}`).join('\n'));
  await screen.see('typed 9');
  await screen.see('line 59');
  const lines = live(screen.text());
  expect(lines.length).toBeLessThan(rows);
  for (const wanted of ['line 59', 'Writing', '› second', '1 more', 'typed 9', 'local/tester']) {
    expect(lines.join('\n')).toContain(wanted);
  }
});
