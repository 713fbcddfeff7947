import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../settings/error-code.ts';
import type { AttachmentStore } from '../attachments/types.ts';
import { syncFolder, writeWhole } from './durable.ts';

/** Attachments as files that are named by what is in them. The folder is made with the first. */
export function attachmentFiles(folder: string): AttachmentStore {
  return {
    async put(bytes) {
      const hash = hashOf(bytes);
      const file = join(folder, hash);
      if ((await stat(file).catch(() => undefined))?.size === bytes.length) return hash;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(file, bytes);
      await syncFolder(folder);
      return hash;
    },
    async get(hash) {
      // The name comes out of a message, and must not lead elsewhere.
      if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error(`"${hash}" is not the name of an attachment.`);
      const bytes = await readFile(join(folder, hash)).catch((error) => {
        const why = codeOf(error) === 'ENOENT' ? 'is gone' : `cannot be read (${codeOf(error) ?? error})`;
        throw new Error(`An attachment of this conversation ${why}. Attach the file again.`, {
          cause: error,
        });
      });
      if (hashOf(bytes) === hash) return bytes;
      throw new Error('An attachment of this conversation is damaged. Attach the file again.');
    },
  };
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
