import { expect, onTestFinished, test } from 'vitest';
import { startProxy } from '../../live/proxy.ts';
import { bin } from '../../live/server.ts';
import { begin, chatting, readAll, says } from '../../web/fixtures/chat.ts';
import { probe } from './probe.ts';

const READ = { action: 'read', collection: 'articles', query: { limit: 1, fields: ['title'] } };

test('a read that is stopped in the pages ends at Directus too, whatever was freed in the meantime', async () => {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const asked = Promise.withResolvers<void>();
  const hungUp = Promise.withResolvers<void>();
  proxy.interfere(({ path }, response) => {
    if (path !== '/items/articles') return false;
    response.on('close', hungUp.resolve);
    asked.resolve();
    return true;
  });
  const look = probe();
  const env = { ...look.env, DIRECTUS_URL: proxy.url };
  const { web, mock, editor } = await chatting({ program: bin, node: look.node, env });
  const toolCalls = [{ id: 'call_items', name: 'items', arguments: READ }];
  mock.on({ userMessage: 'look', hasToolResult: false }, { toolCalls });
  const conversation = await begin(editor);
  const { status } = await conversation.turn(says('look'));
  expect(status).toBe(200);
  await asked.promise;

  await look.read(web.pid);
  await editor.ask('POST', `${conversation.path}/stop`);
  const chunks = await readAll(editor, conversation.id);
  expect(chunks.filter(({ type }) => type === 'error')).toEqual([]);
  await hungUp.promise;
});
