import { Hono } from 'hono';
import { searchLibrary } from '../../host/index.ts';
import type { Collections, Items, Library } from '../api.ts';
import type { People } from './chat/people.ts';
import type { Env } from './env.ts';
import type { Ports } from './ports.ts';
import { ProblemError } from './problem.ts';

/** What a page shows of Directus to choose from: files, collections and items, with the rights of the person. */
export function libraryRoutes({ directus }: Ports, people: People): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/library', async (c) => {
    const servers = await people.of(c.get('signed')).servers();
    const files = await searchLibrary(servers, c.req.query('search') ?? '', c.req.raw.signal);
    return c.json<Library>({ files });
  });
  app.get('/assets/:id', (c) => {
    const { size = 'full' } = c.req.query();
    const id = c.req.param('id');
    if (size !== 'thumb' && size !== 'full' && size !== 'avatar')
      throw new ProblemError('invalid', 'size is thumb, full or avatar.');
    if (!/^[0-9a-f-]{36}$/i.test(id)) throw new ProblemError('not-found', 'There is no such file.');
    return directus.asset(c.get('signed').token, id, size);
  });
  app.get('/collections', async (c) =>
    c.json<Collections>({ collections: await directus.collections(c.get('signed').token) }),
  );
  app.get('/items', async (c) => {
    const { collection, search = '' } = c.req.query();
    if (!collection) throw new ProblemError('invalid', 'Say which collection.', 'collection');
    return c.json<Items>({ items: await directus.items(c.get('signed').token, collection, search) });
  });
  return app;
}
