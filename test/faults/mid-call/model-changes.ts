import { randomUUID } from 'node:crypto';
import type { GoodCall } from '../every-call/good-calls.ts';
import type { Ground } from '../every-call/ground.ts';
import { sure } from './callers.ts';

/** What somebody else does to the data model. */
export type ModelChange = {
  name: string;
  make(ground: Ground, call: GoodCall): Promise<void>;
  /** Makes the model as it was; absent where that needs another collection, or nothing. */
  mend?(ground: Ground): Promise<void>;
  /** It is not about the collection, but about what the call names besides. */
  ofWhatIsNamed?: boolean;
};

const remove = ({ own }: Ground, field: string) => sure('DELETE', `/fields/${own}/${field}`);

const create = ({ own }: Ground, field: string, type = 'string') =>
  sure('POST', `/fields/${own}`, { field, type, schema: {}, meta: {} });

/** The title as it is before each call, so that what is looked for is there. */
async function makeTitle(ground: Ground): Promise<void> {
  await create(ground, 'title');
  await sure('PATCH', `/items/${ground.own}`, { query: { limit: -1 }, data: { title: 'Before' } });
}

export const modelChanges: ModelChange[] = [
  {
    name: 'a field is deleted',
    make: async (ground) => void (await remove(ground, 'title')),
    async mend(ground) {
      // Settings without a column, which Directus makes where a field is changed that has just been deleted.
      await remove(ground, 'title').catch(() => {});
      await makeTitle(ground);
    },
  },
  {
    name: 'a field is renamed',
    async make(ground) {
      await remove(ground, 'title');
      await create(ground, 'headline');
    },
    async mend(ground) {
      await remove(ground, 'headline');
      await remove(ground, 'title').catch(() => {});
      await makeTitle(ground);
    },
  },
  {
    name: 'a field becomes required',
    async make(ground) {
      await sure('PATCH', `/items/${ground.own}`, { query: { limit: -1 }, data: { note: 'Some' } });
      await sure('PATCH', `/fields/${ground.own}/note`, { schema: { is_nullable: false } });
    },
    mend: async ({ own }) =>
      void (await sure('PATCH', `/fields/${own}/note`, { schema: { is_nullable: true } })),
  },
  {
    name: 'a type changes',
    async make(ground) {
      await remove(ground, 'title');
      await create(ground, 'title', 'integer');
    },
    async mend(ground) {
      await remove(ground, 'title');
      await makeTitle(ground);
    },
  },
  {
    name: 'the collection is deleted',
    make: (ground) => ground.removeCollection(),
  },
  {
    name: 'what it names is deleted',
    ofWhatIsNamed: true,
    // A creation has not made it yet, or has: both may be.
    make: async (ground, { remove: path = `/roles/${randomUUID()}` }) => ground.remove(path),
  },
];
