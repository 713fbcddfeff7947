import { createHash } from 'node:crypto';

export type LibraryFile = {
  /** The name of the file in `assets`, without its ending, by which content refers to it. */
  name: string;
  file: string;
  type: string;
  folder: keyof typeof folders;
  title: string;
  description: string;
  tags: string[];
};

/** Ids that stay the same in every sandbox, so that addresses of assets can be written down. */
export function fixedId(kind: string, name: string): string {
  const hex = createHash('sha256').update(`${kind}/${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const folders = {
  photos: { id: fixedId('folder', 'photos'), name: 'Story images' },
  portraits: { id: fixedId('folder', 'portraits'), name: 'Portraits' },
  documents: { id: fixedId('folder', 'documents'), name: 'Documents' },
};

export const fileId = (name: string) => fixedId('file', name);

export const library: LibraryFile[] = [];
