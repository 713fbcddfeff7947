import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LLMock } from '@copilotkit/aimock';
import { describe, expect, test } from 'vitest';
import { filesIn, pathsIn } from '../../src/terminal/input/paths.ts';
import { png } from '../host/attachments/fixtures.ts';
import { lastMessages, mockModels } from '../host/fixtures/setup.ts';
import { articlesServer, folder, openChat, usage } from './fixtures/chat.ts';
import { keys, until } from './fixtures/screen.ts';

const sent = (mock: LLMock) => JSON.stringify(lastMessages(mock));

const seeing = { attachments: true };

async function answering() {
  const mock = await mockModels();
  mock.on({ userMessage: /./ }, { content: 'Seen.', usage });
  return mock;
}

async function withFiles(...names: string[]) {
  const place = await folder();
  await Promise.all(
    names.map((name) => writeFile(join(place, name), name.endsWith('.png') ? png : `in ${name}`)),
  );
  return place;
}

describe('/attach', () => {
  test('sends files along with the next message, once', async () => {
    const place = await withFiles('red dot.png', 'facts.txt');
    const mock = await answering();
    const { screen } = await openChat({ mock, model: seeing });
    screen.type(`/attach "${place}/red dot.png" ${place}/facts.txt`, keys.enter);
    await screen.see('[2] facts.txt  text/plain · 0.1 kB');
    expect(screen.text()).toContain('[1] red dot.png  image/png · 0.1 kB');
    screen.type('what is this?', keys.enter);
    await screen.see('321 tokens in');
    expect(screen.text()).toContain('› what is this?\n  with red dot.png, facts.txt');
    expect(screen.text()).not.toContain('[1]');
    expect(sent(mock)).toContain(`data:image/png;base64,${png.toString('base64')}`);
    expect(sent(mock)).toContain('in facts.txt');
    screen.type('and now?', keys.enter);
    await until(() => expect(screen.text().match(/321 tokens in/g)).toHaveLength(2));
    expect(lastMessages(mock).at(-1)?.content).toBe('and now?');
  });

  test('one that cannot be read keeps no other out', async () => {
    const place = await withFiles('facts.txt');
    const { screen } = await openChat({ columns: 200 });
    screen.type(`/attach ${place}/none.png ${place} ${place}/facts.txt`, keys.enter);
    await screen.see('[1] facts.txt');
    await screen.see('none.png cannot be attached: there is no such file. Check the path.');
    await screen.see('it is a folder. Name a file in it.');
  });

  test('a model that does not take it is named at once, with one that does', async () => {
    const place = await withFiles('red.png', 'facts.txt');
    const { screen, mock } = await openChat({ columns: 200 });
    screen.type(`/attach ${place}/red.png ${place}/facts.txt`, keys.enter);
    await screen.see('[1] facts.txt');
    expect(screen.text()).toContain('red.png (image/png) cannot be sent: local tester takes only text.');
    expect(mock.getLastRequest()).toBeNull();
  });

  test('a model chosen later that does not take it is not sent it', async () => {
    const place = await withFiles('red.png');
    const mock = await answering();
    const ai = {
      compatible: [
        {
          name: 'local',
          baseUrl: `${mock.url}/v1`,
          models: [{ id: 'tester', attachments: true }, 'blind'],
        },
      ],
    };
    const { settingsSchema } = await import('../../src/settings/schema.ts');
    const { screen } = await openChat({ mock, ai: settingsSchema.parse({ ai }).ai, columns: 200 });
    screen.type(`/attach ${place}/red.png`, keys.enter);
    await screen.see('[1] red.png');
    screen.type('/model blind', keys.enter);
    await screen.see('Warning: red.png (image/png) cannot be sent: local blind takes only text.');
    expect(screen.text()).toMatch(/Choose a model that takes\s+it: local\/tester\./);
    screen.type('look', keys.enter);
    await screen.see('Nothing was sent.');
    expect(mock.getLastRequest()).toBeNull();
    screen.type('/detach', keys.enter);
    await screen.gone('[1] red.png');
    screen.type('look', keys.enter);
    await screen.see('Seen.');
  });

  test('at most ten go along; /detach takes out one, or all', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `n${index + 1}.txt`);
    const place = await withFiles(...names);
    const { screen } = await openChat();
    screen.type(`/attach ${names.map((name) => join(place, name)).join(' ')}`, keys.enter);
    await screen.see('[10] n10.txt');
    await screen.see('n11.txt was not attached: at most 10');
    screen.type('/detach 11', keys.enter);
    await screen.see('give a number from 1 to 10');
    screen.type('/detach 2', keys.enter);
    await screen.see('[2] n3.txt');
    screen.type('/detach', keys.enter);
    await screen.gone('[1] n1.txt');
    screen.type('/detach', keys.enter);
    await screen.see('Nothing goes along with your next message.');
  });

  test('without a path it looks in the library', async () => {
    const mock = await answering();
    const { screen } = await openChat({ mock, model: seeing, server: articlesServer() });
    screen.type('/attach', keys.enter);
    await screen.see('Directus library');
    screen.type('harbour', keys.enter);
    await screen.see('❯ Harbour  harbour.png · image/png · 0.1 kB');
    screen.type(keys.enter);
    await screen.see('[1] Harbour  image/png');
    screen.type('look', keys.enter);
    await screen.see('Seen.');
    expect(sent(mock)).toContain('data:image/png;base64,');
  });

  test('a name cannot drive the terminal', async () => {
    const place = await withFiles('a\u001b[31mred\u202e.txt');
    const { screen } = await openChat();
    screen.type(keys.paste(`${place}/a\u001b[31mred\u202e.txt`));
    await screen.see('Attach a␛[31mred\ufffd.txt?');
    screen.type(keys.enter);
    await screen.see('[1] a␛[31mred\ufffd.txt');
    screen.type('x', keys.enter);
    await screen.see('with a␛[31mred\ufffd.txt');
    expect(screen.text()).not.toContain('\u001b[31mred');
    expect(screen.text()).not.toContain('\u202e');
  });
});

describe('a pasted path', () => {
  test('of a file is offered as attachment, and what was typed stays', async () => {
    const place = await withFiles('red dot.png');
    const { screen } = await openChat({ model: seeing });
    screen.type('look at ');
    screen.type(keys.paste(`'${place}/red dot.png'`));
    await screen.see('Attach red dot.png?');
    screen.type(keys.enter);
    await screen.see('[1] red dot.png');
    expect(screen.text()).toContain('› look at');
  });

  test.for([
    { how: 'the second choice', typed: [keys.down, keys.enter] },
    { how: 'Esc', typed: [keys.escape] },
  ])('is kept as text by $how', async ({ typed }) => {
    const place = await withFiles('facts.txt');
    const { screen } = await openChat();
    screen.type('read ');
    screen.type(keys.paste(`${place}/facts.txt`));
    await screen.see('Attach facts.txt?');
    screen.type(...typed);
    await screen.see(`› read ${place}/facts.txt`);
    expect(screen.text()).not.toContain('[1]');
  });

  test('of no file, or with words around it, is text', async () => {
    const place = await withFiles('facts.txt');
    const { screen, session } = await openChat({ columns: 200 });
    screen.type(keys.paste(`see ${place}/facts.txt and ${place}/none.txt`));
    await screen.see('none.txt');
    expect(session.view().dialog).toBeUndefined();
  });
});

describe('/item', () => {
  test('sends an item along, read with the rights of the person', async () => {
    const mock = await answering();
    const { screen } = await openChat({ mock, server: articlesServer() });
    screen.type('/item', keys.enter);
    await screen.see('/item articles 3');
    screen.type('/item articles 9', keys.enter);
    await screen.see('There is no item 9 in articles');
    screen.type('/item articles 1', keys.enter);
    await screen.see('[1] articles 1  text · 0.1 kB');
    screen.type('shorten it', keys.enter);
    await screen.see('Seen.');
    expect(screen.text()).toContain('with articles 1');
    expect(sent(mock)).toContain('Harbour at dawn');
  });
});

describe('paths', () => {
  test('come quoted, escaped, plain, as addresses, and several at once', async () => {
    const place = await withFiles('a b.txt', "it's.txt", 'c.txt');
    await mkdir(join(place, 'folder'));
    const escaped = `${place}/a\\ b.txt`;
    for (const [text, paths] of [
      [`${place}/a b.txt`, [`${place}/a b.txt`]],
      [escaped, [escaped]],
      [`${escaped} ${place}/c.txt `, [escaped, `${place}/c.txt`]],
      [`"${place}/it's.txt" '${place}/c.txt'`, [`"${place}/it's.txt"`, `'${place}/c.txt'`]],
      [`file://${place}/a%20b.txt`, [`file://${place}/a%20b.txt`]],
    ] as const) {
      expect(filesIn(text)).toEqual(paths);
      expect(pathsIn(text.trim())).toEqual(paths);
    }
    for (const text of [
      '',
      'README.md',
      `${place}/folder`,
      `${place}/c.txt, please`,
      'https://host/c.txt',
      '/',
    ]) {
      expect(filesIn(text)).toBeUndefined();
    }
  });
});
