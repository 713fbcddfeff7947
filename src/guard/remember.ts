import { fits, type Was } from '../directus/agent.ts';
import type { Change } from '../directus/connection.ts';
import type { Looking } from './cascades.ts';
import { newNotes, noteDelete, noteWrite, readNotes, TooMuch } from './notes.ts';
import { readTouched, type Touched } from './touched.ts';

/*
 * Directus's revisions hold no keys of related rows as they were before, and of a deleted row not even when it was
 * made. Rows that the database deletes or unlinks along with another leave no trace at all. What `history` needs of
 * this to undo a change is read just before the change, and kept in the name of its request.
 */

/** What a request overwrites, and whether that is all of it or only what concerns the rows it names. */
export type Remembered = { was: Was; isWhole: boolean };

/**
 * What a request would overwrite or delete that Directus keeps nowhere, as much of it as its name has room for.
 * @returns undefined when that is nothing, or cannot be read
 */
export async function overwritten(look: Looking, change: Change): Promise<Was | undefined> {
  try {
    const touched = await readTouched(look, change);
    return touched && (await remembered(look, touched))?.was;
  } catch {
    // The change is worth more than its undoing; what cannot be undone was said in its preview.
    return undefined;
  }
}

/**
 * The same for what is touched.
 * @returns undefined when there is not even room for what concerns the rows themselves
 */
export async function remembered(look: Looking, touched: Touched): Promise<Remembered | undefined> {
  for (const follows of [true, false]) {
    const was = await noted(look, touched, follows);
    if (was && fits(was)) return { was, isWhole: follows };
  }
  return undefined;
}

async function noted(look: Looking, touched: Touched, follows: boolean): Promise<Was | undefined> {
  const { collection, rows, gone, columns = [] } = touched;
  const notes = newNotes(follows);
  try {
    for (const { keys, data } of rows) await noteWrite(look, notes, collection, keys, data);
    if (gone.length > 0) await noteDelete(look, notes, collection, gone);
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
  return { ...(await readNotes(look, notes)), columns };
}
