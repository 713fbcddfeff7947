import type { Directus } from '../directus/connection.ts';
import { SHARED } from '../settings/load.ts';
import { parseObject, type Source } from '../settings/sources.ts';
import { applyUpdates, type Update } from '../settings/write.ts';
import { SETTINGS } from './layout.ts';
import { addRows, inWords, isTaken, readRows } from './rows.ts';

/** A row of `assistant_settings`: settings as they were from some time on. The newest has the highest id. */
type Row = { id: number; content: string };

/** How often is looked whether another instance has changed them. */
const LOOK_MS = 2_000;
/** What a row holds in every database. */
const MOST_BYTES = 60_000;

/** What leads to these settings cannot stand among them. */
const NOT_SHARED = ['directus', 'key', 'store'];

/** Settings in Directus, which all instances share. */
export type SharedSettings = {
  /** What was read last. */
  source(): Source;
  /** Stands for what was read last: other settings, another revision. */
  revision(): string;
  /**
   * Changes settings, all or none; secrets are sealed.
   * @param keyOf asked only when something is to be sealed
   * @throws Error when a setting cannot stand there, or somebody else changed them in the same moment
   */
  update(updates: Update[], keyOf: () => Buffer): Promise<void>;
  /** Calls back when they have changed, also by `update`; returns how to stop that. */
  watch(changed: () => void): () => void;
};

/** Without values, what is there is not understood. */
type Known = { id: number; values?: Record<string, unknown>; problems: string[] };

/**
 * Reads the settings in Directus, and goes on with those read last where that fails later. Where it fails at once,
 * nothing is known of what they switch off, and their source says so.
 * @param directus with the rights of the server
 */
export async function openSharedSettings(directus: () => Directus): Promise<SharedSettings> {
  let known: Known | undefined;
  let failure = '';
  const listeners = new Set<() => void>();

  /** One small request as long as nothing has changed. */
  async function look(): Promise<void> {
    const newest = { sort: ['-id'], limit: 1 };
    const [{ id } = { id: 0 }] = await readRows<Row>(directus(), SETTINGS, { ...newest, fields: ['id'] });
    if (id === known?.id) return;
    const [row] = id === 0 ? [] : await readRows<Row>(directus(), SETTINGS, newest);
    known = knownFrom(row);
    for (const listener of listeners) listener();
  }

  const lookInWords = () => inWords('the settings', look);

  await lookInWords().catch((error) => {
    failure = error instanceof Error ? error.message : String(error);
  });

  return {
    source() {
      const problems = known ? known.problems : [`The settings in Directus cannot be read: ${failure}`];
      return {
        values: structuredClone(known?.values ?? {}),
        from: () => SHARED,
        problems: [...problems],
        unreadable: known?.values === undefined,
      };
    },
    revision: () => String(known?.id ?? ''),
    async update(updates, keyOf) {
      const misplaced = updates.find(({ path }) => NOT_SHARED.includes(path[0] ?? ''));
      if (misplaced) {
        const name = misplaced.path.join('.');
        throw new Error(`${name} cannot stand in Directus, since it leads there. Set it on each instance.`);
      }
      await lookInWords();
      if (!known?.values) throw new Error(`${known?.problems[0] ?? failure} Nothing was changed.`);
      const { id } = known;
      const values = structuredClone(known.values);
      applyUpdates(values, updates, SHARED, keyOf);
      await inWords('the settings', () => save(directus(), id + 1, values));
      await lookInWords();
    },
    watch(changed) {
      listeners.add(changed);
      let timer = setTimeout(again, LOOK_MS).unref();
      function again() {
        // Directus may be away for a while; what was read last counts until then.
        look()
          .catch(() => {})
          .finally(() => {
            if (listeners.has(changed)) timer = setTimeout(again, LOOK_MS).unref();
          });
      }
      return () => {
        listeners.delete(changed);
        clearTimeout(timer);
      };
    },
  };
}

/** Of two that save at once, the database takes one. */
async function save(directus: Directus, id: number, values: Record<string, unknown>): Promise<void> {
  const content = JSON.stringify(values);
  if (Buffer.byteLength(content) > MOST_BYTES) {
    throw new Error('Settings in Directus may have 60 KB at most. Take something out; nothing was changed.');
  }
  await addRows(directus, SETTINGS, [{ id, saved: Date.now(), content }]).catch((error) => {
    if (!isTaken(error)) throw error;
    throw new Error('The settings were changed elsewhere in this moment. Look at them and save again.');
  });
}

function knownFrom(row: Row | undefined): Known {
  if (!row) return { id: 0, values: {}, problems: [] };
  try {
    const values = parseObject(row.content);
    const misplaced = NOT_SHARED.filter((name) => name in values);
    for (const name of misplaced) delete values[name];
    const problems = misplaced.map(
      (name) => `"${name}" in ${SHARED} does not count, since it leads there. Set it on each instance.`,
    );
    return { id: row.id, values, problems };
  } catch {
    const problem = `${SHARED}: row ${row.id} is not a JSON object. Remove this row; the one before it counts then.`;
    return { id: row.id, problems: [problem] };
  }
}
