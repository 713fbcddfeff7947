import { createHash } from 'node:crypto';
import type { AttachmentStore } from './types.ts';

/** Keeps files until the process ends: for conversations that are not kept. */
export function attachmentsInMemory(): AttachmentStore {
  const files = new Map<string, Uint8Array>();
  return {
    async put(bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      files.set(hash, bytes);
      return hash;
    },
    async get(hash) {
      const bytes = files.get(hash);
      if (!bytes) throw new Error('This file was attached in another conversation. Attach it again.');
      return bytes;
    },
  };
}
