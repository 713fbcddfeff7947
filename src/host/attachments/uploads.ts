import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const upload = z.object({
  /** What the provider knows the file by, under the provider's name. */
  reference: z.record(z.string(), z.string()),
  /** ISO time from which on it is gone; none where it is kept until somebody deletes it. */
  expiresAt: z.string().optional(),
});

/** A file as a provider holds it. */
export type Upload = z.output<typeof upload>;

/** What was uploaded where, so that it need not be sent again. `where` is the base URL of the provider. */
export type Uploads = {
  find(hash: string, where: string): Promise<Upload | undefined>;
  keep(hash: string, where: string, upload: Upload): Promise<void>;
  forget(hash: string, where: string): Promise<void>;
};

/** Time a request may take until the provider reads the file. */
const MARGIN_MS = 10 * 60_000;

const isThere = ({ expiresAt }: Upload): boolean =>
  expiresAt === undefined || Date.parse(expiresAt) - MARGIN_MS > Date.now();

type Known = Record<string, Upload>;

/** Remembers in a folder, one small file for each that was uploaded; it is made when it is needed. */
export const uploadsIn = (folder: string): Uploads =>
  remembering({
    read: (hash) => readKnown(fileOf(folder, hash)),
    async write(hash, known) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = fileOf(folder, hash);
      const next = `${file}.${randomUUID()}`;
      await writeFile(next, JSON.stringify(known), { mode: 0o600 });
      await rename(next, file);
    },
  });

/** Remembers until the process ends. */
export function uploadsInMemory(): Uploads {
  const all = new Map<string, Known>();
  return remembering({
    read: async (hash) => all.get(hash) ?? {},
    async write(hash, known) {
      all.set(hash, known);
    },
  });
}

function remembering(place: {
  read(hash: string): Promise<Known>;
  write(hash: string, known: Known): Promise<void>;
}): Uploads {
  return {
    async find(hash, where) {
      const found = (await place.read(hash))[where];
      return found && isThere(found) ? found : undefined;
    },
    keep: async (hash, where, kept) => place.write(hash, { ...(await place.read(hash)), [where]: kept }),
    async forget(hash, where) {
      const { [where]: _gone, ...others } = await place.read(hash);
      await place.write(hash, others);
    },
  };
}

const fileOf = (folder: string, hash: string): string => join(folder, `${hash}.json`);

/** What cannot be read is as good as forgotten: the file is uploaded once more. */
async function readKnown(file: string): Promise<Known> {
  try {
    return z.record(z.string(), upload).parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}
