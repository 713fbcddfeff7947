import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freshArticle, rest } from './helpers.ts';
import { startServer, type TestServer } from './server.ts';

const { admin } = inject('directus');
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
test('try', async () => {
  const { id } = await freshArticle({ category: 1, author: 2 });
  await server.call('items', {
    action: 'update',
    collection: 'articles',
    keys: [id],
    data: [{ status: 'published', category: 3 }],
  });
  console.log((await server.call('history', { action: 'read', collection: 'articles', key: id })).text);
  console.log((await server.call('history', { action: 'changes' })).text);
  console.log((await server.call('history', { action: 'undo', dryRun: true })).text);
  console.log((await server.confirmed('history', { action: 'undo' })).text);
  console.log((await rest(admin.token)('GET', `/items/articles/${id}?fields=status,category,author`)).data);
  console.log((await server.call('history', { action: 'changes' })).text);
  console.log((await server.confirmed('history', { action: 'undo' })).text);
});
