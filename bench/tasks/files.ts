import { call, items, keyIn, must, rows, type Task } from './task.ts';

const TITLE = 'Council splits over a third of cheap flats at the old harbour';
const NAME = 'The old harbour';

const find = items('read', 'articles', { query: { fields: ['id'], filter: { title: { _eq: TITLE } } } });

/** @param url of an image that Directus can fetch */
const picture = (url: string): Task => ({
  name: 'picture',
  wants: `Import ${url} as "${NAME}" and make it the image of "${TITLE}".`,
  search: 'import files from a URL and update items',
  ours: {
    tools: ['files', 'items'],
    keys: ['articles'],
    async act(turn) {
      const [found = ''] = await turn(find);
      const link = { collection: 'articles', key: keyIn(found), field: 'image' };
      await turn(call('files', { action: 'upload', data: [{ url, title: NAME, link }] }));
    },
  },
  own: {
    tools: ['files', 'items'],
    keys: ['articles'],
    async act(turn) {
      const [found = '', imported = ''] = await turn(
        find,
        call('files', { action: 'import', data: [{ url, file: { title: NAME } }] }),
      );
      const [image] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(imported) ?? [];
      await turn(items('update', 'articles', { keys: [keyIn(found)], data: { image } }));
    },
  },
  async check(rest) {
    const filter = { title: { _eq: TITLE }, image: { title: { _eq: NAME } } };
    const done = await rows(rest, 'articles', filter);
    must(done.length === 1, 'The article has another image', done);
  },
});

export const files = (url: string): Task[] => [picture(url)];
