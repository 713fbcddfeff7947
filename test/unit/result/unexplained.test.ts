import { expect, test } from 'vitest';
import type { Reader } from '../../../src/directus/connection.ts';
import { DirectusError } from '../../../src/directus/errors.ts';
import { createSchema } from '../../../src/directus/schema.ts';
import { renderError } from '../../../src/result/errors.ts';

test('a refusal whose reason cannot be looked up says what to do all the same', async () => {
  const busy = () => Promise.reject(new Error('Nobody answers.'));
  const directus: Reader = { url: 'http://directus', request: busy, fetch: busy };
  const forbidden = {
    message: "You don't have permission to access this.",
    extensions: { code: 'FORBIDDEN' },
  };
  const error = new DirectusError(403, [forbidden], { method: 'PATCH', path: '/items/articles/1' });
  const place = { collection: 'articles', action: 'update', keys: [1], directus };
  const { content } = await renderError(
    error,
    createSchema(directus, async () => false),
    place,
  );
  expect(content).toMatchObject([
    { text: expect.stringMatching(/^FORBIDDEN: Directus refused.+looked up\.\nCheck .+/) },
  ]);
});
