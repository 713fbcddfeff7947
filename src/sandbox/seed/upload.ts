import { readFile } from 'node:fs/promises';
import type { Rest } from '../rest.ts';
import { assetPath } from './assets.ts';
import { fileId, folders, library } from './content/library.ts';

/** Uploads every file of the library into its folder. */
export async function uploadLibrary(rest: Rest): Promise<void> {
  await rest.send('POST', '/folders', Object.values(folders));
  for (const entry of library) {
    const form = new FormData();
    form.set('id', fileId(entry.name));
    form.set('folder', folders[entry.folder].id);
    form.set('title', entry.title);
    form.set('description', entry.description);
    form.set('tags', JSON.stringify(entry.tags));
    form.set('type', entry.type);
    const bytes = await readFile(assetPath(entry.file));
    form.set('file', new Blob([bytes], { type: entry.type }), entry.file);
    await rest.send('POST', '/files', form);
  }
}
