import { randomUUID } from 'node:crypto';
import type { Directus } from '../../directus/connection.ts';
import { HalfDoneError } from '../../directus/errors.ts';
import { permanence } from '../../guard/undoable.ts';
import { several } from '../../guard/words.ts';
import type { Reply } from '../../result/reply.ts';
import type { Context } from '../define.ts';
import type { Plan } from '../plan.ts';
import { SAMPLE } from '../rows/create.ts';
import { type Entry, readStrings, type Stored, TRANSLATIONS } from './strings.ts';

/** A string as it was, where there was one, and as it is to be. */
type Change = { before: Stored | undefined; after: Stored };

/** Strings in one request. */
const CHUNK = 250;

/** Plans to create or change strings by key and language, all of them or none. */
export async function planStrings(context: Context, entries: Entry[]): Promise<Plan | Reply> {
  const keys = entries.map(({ key }) => key);
  const stored = await readStrings(context, keys);
  const all = entries.map((entry): Change => {
    const before = stored.find((row) => row.key === entry.key && row.language === entry.language);
    return { before, after: { id: before?.id ?? randomUUID(), ...entry } };
  });
  const changes = all.filter(({ before, after }) => before?.value !== after.value);
  const unchanged = all.length - changes.length;
  if (changes.length === 0) return { info: { set: 0, unchanged } };
  const created = changes.filter(({ before }) => before === undefined);
  const updated = changes.filter(({ before }) => before !== undefined);
  return {
    what: `create ${several(created.length, 'custom string')} and change ${updated.length}`,
    rows: changes.length,
    preview: async () => ({
      changes: changes.slice(0, SAMPLE).map(({ before, after }) => ({
        key: `${after.key} (${after.language})`,
        changed: { value: [before?.value ?? null, after.value] },
      })),
      permanent: await permanence(
        context,
        TRANSLATIONS.collection,
        updated.length > 0 ? 'update' : 'create',
        updated.map(({ after }) => after.id),
      ),
    }),
    state: () => readStrings(context, keys),
    async apply(directus) {
      await write(context, directus, created, updated);
      const now = new Map((await readStrings(context, keys)).map((row) => [row.id, row]));
      const other = changes.filter(({ after }) => now.get(after.id)?.value !== after.value);
      return {
        info: {
          set: changes.length,
          ...(unchanged > 0 ? { unchanged } : {}),
          ...(other.length > 0 ? { warning: 'Some read back otherwise than asked. See the values.' } : {}),
        },
        data: changes
          .slice(0, MOST_SHOWN)
          .map(({ before, after }) => shown({ before, after: now.get(after.id) ?? after })),
      };
    },
  };
}

/** Strings that a receipt shows. */
const MOST_SHOWN = 25;

function shown({ before, after: { key, language, value } }: Change): Record<string, unknown> {
  return { key, language, value: [before?.value ?? null, value] };
}

/** Writes in as few requests as there can be, and takes back what was written when one of them fails. */
async function write(
  { signal, progress }: Context,
  directus: Directus,
  created: Change[],
  updated: Change[],
) {
  const back: (() => Promise<unknown>)[] = [];
  const total = created.length + updated.length;
  let done = 0;
  const send = async (part: Change[], method: 'POST' | 'PATCH', undo: () => Promise<unknown>) => {
    const body = part.map(({ after: { id, key, language, value } }) =>
      method === 'POST' ? { id, key, language, value } : { id, value },
    );
    await directus.request(method, TRANSLATIONS.endpoint, { query: { fields: ['id'] }, body, signal });
    back.unshift(undo);
    done += part.length;
    progress(done, total, 'strings written');
  };
  try {
    for (const part of inParts(created)) {
      const body = part.map(({ after }) => after.id);
      await send(part, 'POST', () => directus.request('DELETE', TRANSLATIONS.endpoint, { body }));
    }
    for (const part of inParts(updated)) {
      const body = part.map(({ before, after }) => ({ id: after.id, value: before?.value }));
      await send(part, 'PATCH', () => directus.request('PATCH', TRANSLATIONS.endpoint, { body }));
    }
  } catch (error) {
    try {
      for (const undo of back) await undo();
    } catch {
      throw new HalfDoneError('written', [`${done} of ${total} strings`], error);
    }
    throw error;
  }
}

function inParts(all: Change[]): Change[][] {
  return Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, index) =>
    all.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}
