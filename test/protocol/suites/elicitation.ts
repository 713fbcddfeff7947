import { describe, expect, test } from 'vitest';
import { freshArticle, rest } from '../../live/helpers.ts';
import { sharedDirectus } from '../../live/shared-directus.ts';
import { type Answer, type Ask, pagesOnly, quiet } from '../fixtures/asking.ts';
import { confirmIn } from '../fixtures/clients.ts';
import type { Reach } from '../fixtures/reach.ts';

const exists = async (id: number) =>
  (await rest(sharedDirectus().admin.token)('GET', `/items/articles/${id}`)).status === 200;
const remove = (id: number) => ({ action: 'delete', collection: 'articles', keys: [id] });

/** How a client asks its person before a change. */
export function elicitationSuite({ open }: Reach, asking: [string, Ask][]): void {
  const deleting = () => open({ flags: ['--allow-deletes'] });

  describe.each(asking)('%s asks its person', (_, connect) => {
    test('A9 with what would be changed, and a yes makes the change', async () => {
      const { id, title } = await freshArticle();
      const questions: string[] = [];
      const call = await connect(await deleting(), async (message) => {
        questions.push(message);
        expect(await exists(id)).toBe(true);
        return { action: 'accept', content: { confirm: true } };
      });
      const answer = await call('items', remove(id));
      expect(answer.text).toContain(`"deleted":[${id}]`);
      expect(await exists(id)).toBe(false);
      expect(questions).toHaveLength(1);
      expect(questions[0]).toMatch(/wants to delete 1 row of articles, on http/);
      expect(questions[0]).toContain(title);
    });

    test.each<[string, Answer]>([
      ['no', { action: 'decline' }],
      ['cancel', { action: 'cancel' }],
      ['yes without the tick', { action: 'accept', content: { confirm: false } }],
      ['yes without an answer', { action: 'accept' }],
    ])('%s changes nothing, and the model is told', async (_name, reply) => {
      const { id } = await freshArticle();
      const call = await connect(await deleting(), () => reply);
      // A client may refuse its own person's answer as incomplete; that is no yes either.
      const answer = await call('items', remove(id)).catch((error: Error) => ({
        isError: true,
        text: error.message,
      }));
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(/declined|confirm/i);
      expect(await exists(id)).toBe(true);
    });

    test('A11 what changed while the person thought is asked about anew', async () => {
      const { id } = await freshArticle();
      const api = rest(sharedDirectus().admin.token);
      const questions: string[] = [];
      const call = await connect(await deleting(), async (message) => {
        questions.push(message);
        if (questions.length === 1)
          await api('PATCH', `/items/articles/${id}`, { title: 'Changed meanwhile' });
        return { action: 'accept', content: { confirm: true } };
      });
      expect((await call('items', remove(id))).text).toContain(`"deleted":[${id}]`);
      expect(questions).toHaveLength(2);
      expect(questions[1]).toMatch(/changed since the preview[\s\S]*Changed meanwhile/);
    });

    test('the model cannot answer in the place of the person', async () => {
      const { id } = await freshArticle();
      const call = await connect(await deleting(), () => ({ action: 'decline' }));
      const dry = await call('items', { ...remove(id), dryRun: true });
      expect(dry.text).not.toContain('"confirm":');
      // A token that the same user got through a client that cannot ask.
      const held = await quiet(await deleting());
      const { text } = await held('items', remove(id));
      const answer = await call('items', { ...remove(id), confirm: confirmIn(text) });
      expect(answer.text).toMatch(/declined/);
      expect(await exists(id)).toBe(true);
    });
  });

  test('a client that only opens pages is not asked with a form', async () => {
    const { id } = await freshArticle();
    const call = await pagesOnly(await deleting());
    const { text } = await call('items', remove(id));
    const confirm = confirmIn(text);
    expect((await call('items', { ...remove(id), confirm })).text).toContain(`"deleted":[${id}]`);
  });
}
