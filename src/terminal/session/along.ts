import { basename } from 'node:path';
import { mostExtras } from '../../host/attachments/limits.ts';
import { refuseAttachment } from '../../host/attachments/media.ts';
import type { Extra } from '../../host/attachments/message.ts';
import { pathOf } from '../../host/attachments/path.ts';
import { readAttachment } from '../../host/attachments/read.ts';
import { itemContext } from '../../host/context-items/item.ts';
import { libraryAttachment, searchLibrary } from '../../host/context-items/library.ts';
import { pathsIn } from '../input/paths.ts';
import { count, size } from '../text.ts';
import { choose, type Parts } from './parts.ts';
import { wordsOf } from './turns.ts';
import type { Dialog } from './view.ts';

export const labelOf = (extra: Extra): string => ('bytes' in extra ? extra.filename : extra.label);

export const labelsOf = (extras: readonly Extra[]): string[] => extras.map(labelOf);

/** Why the model must not be sent what is to go along. */
export function refusals({ chat, models, store }: Parts): string[] {
  return store.view().along.flatMap((extra) => refusalOf(extra, chat.model, models) ?? []);
}

const refusalOf = (extra: Extra, model: Parts['chat']['model'], models: Parts['models']) =>
  'bytes' in extra ? refuseAttachment(model, extra, models.list()) : undefined;

/**
 * `/attach`: files of this machine, or without a path one of the Directus library.
 * @throws an Error for people
 */
export async function attach(parts: Parts, argument: string): Promise<void> {
  if (argument) await attachFiles(parts, pathsIn(argument));
  else await attachFromLibrary(parts);
}

/** `/item`: an item of a collection. */
export async function attachItem(parts: Parts, argument: string): Promise<void> {
  const [, collection, key] = /^(\S+)(?:\s+(.+))?$/s.exec(argument) ?? [];
  if (!collection) throw new Error('Name a collection and the key of an item: /item articles 3');
  const item = await parts.turns.work('Reading the item', (signal) =>
    itemContext(parts.servers, { collection, ...(key && { key }) }, signal),
  );
  if (item) put(parts, item);
}

/** `/detach`: takes one out by its number, or all. */
export function detach({ store }: Parts, argument: string): void {
  const { along } = store.view();
  const number = Number(argument);
  if (along.length === 0) throw new Error('Nothing goes along with your next message.');
  if (argument && !(Number.isInteger(number) && number >= 1 && number <= along.length)) {
    throw new Error(`There is no ${argument} to take out: give a number from 1 to ${along.length}.`);
  }
  store.set({ along: argument ? along.toSpliced(number - 1, 1) : [] });
}

/** Asks what is to be done with files whose paths were pasted. Never rejects. */
export async function offerFiles(parts: Parts, paths: string[], keep: () => void): Promise<void> {
  const [first = ''] = paths;
  const what = paths.length === 1 ? basename(pathOf(first)) : `these ${count(paths.length, 'file')}`;
  const chosen = await choose(parts.store, `Attach ${what}?`, [
    { value: 'attach', label: 'Attach' },
    { value: 'keep', label: 'Keep it as text' },
  ]);
  if (chosen !== 'attach') return keep();
  await attachFiles(parts, paths);
}

/** Each by itself, so that one that cannot be attached keeps no other out. */
async function attachFiles(parts: Parts, paths: string[]): Promise<void> {
  for (const path of paths) {
    try {
      put(parts, await readAttachment(path));
    } catch (error) {
      parts.store.tell('error', wordsOf(error));
    }
  }
}

async function attachFromLibrary(parts: Parts): Promise<void> {
  const { chat, servers, store, turns } = parts;
  const words = await store.ask<Extract<Dialog, { kind: 'question' }>>({
    kind: 'question',
    question: {
      label: 'Directus library',
      note: 'words of a title or file name; the newest files without',
      required: false,
    },
  });
  if (words === undefined) return;
  const found = await turns.work('Looking in the library', (signal) => searchLibrary(servers, words, signal));
  if (!found) return;
  if (found.length === 0) throw new Error('The library has no such file, or you may not read it.');
  const id = await choose(
    store,
    'Attach',
    found.map(({ id: value, title, filename, type, size: bytes }) => ({
      value,
      label: title,
      note: [filename === title ? '' : filename, type, bytes === undefined ? '' : size(bytes)]
        .filter(Boolean)
        .join(' · '),
    })),
  );
  if (id === undefined) return;
  const extra = await turns.work('Fetching the file', (signal) =>
    libraryAttachment(servers, chat.model, id, signal),
  );
  if (extra) put(parts, extra);
}

/** @throws an Error for people when it cannot go along */
function put({ chat, models, store }: Parts, extra: Extra): void {
  const { along } = store.view();
  if (along.length >= mostExtras) {
    throw new Error(
      `${labelOf(extra)} was not attached: at most ${mostExtras} go along with one message. Send them first, or take one out with /detach N.`,
    );
  }
  const refusal = refusalOf(extra, chat.model, models);
  if (refusal) throw new Error(refusal);
  store.set({ along: [...along, extra] });
}
