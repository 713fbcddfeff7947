import { createHash } from 'node:crypto';
import type { AttachmentStore } from '../host/attachments/types.ts';
import type { Place } from './conversations.ts';
import { ATTACHMENTS } from './layout.ts';
import { cut, join } from './pieces.ts';
import { addRows, groupsOf, inWords, isTaken, readRows } from './rows.ts';

/** Base64 of one row: all of ASCII, so that a text of MySQL has room for it. */
const PIECE = 60_000;
/** Rows that are read at once: 6 MB. */
const PAGE = 100;

type Row = {
  id: string;
  conversation: string;
  user: string;
  hash: string;
  part: number;
  parts: number;
  content: string;
};

/** Attachments of one conversation, each in rows that are named by what is in it. */
export function attachmentsIn({ directus, user }: Place, conversation: string): AttachmentStore {
  const where = (hash: string) => ({
    _and: [{ conversation: { _eq: conversation } }, { user: { _eq: user } }, { hash: { _eq: hash } }],
  });

  async function partsThere(hash: string): Promise<Set<number>> {
    const rows = await readRows<{ part: number }>(await directus(), ATTACHMENTS, {
      filter: where(hash),
      fields: ['part'],
      sort: ['part'],
    });
    return new Set(rows.map(({ part }) => part));
  }

  /** Somebody who puts the same file at the same time puts the same rows. */
  async function add(hash: string, rows: Row[]): Promise<void> {
    const there = await partsThere(hash);
    for (const group of groupsOf(rows.filter(({ part }) => !there.has(part)))) {
      if (group.length > 0) await addRows(await directus(), ATTACHMENTS, group);
    }
  }

  return {
    put: (bytes) =>
      inWords('the attachments', async () => {
        const hash = hashOf(bytes);
        const rows = cut(Buffer.from(bytes).toString('base64'), PIECE).map(
          ({ part, parts, text: content }): Row => ({
            id: `${conversation}:${hash}:${part}`,
            conversation,
            user,
            hash,
            part,
            parts,
            content,
          }),
        );
        await add(hash, rows).catch((error) => {
          if (!isTaken(error)) throw error;
          return add(hash, rows);
        });
        return hash;
      }),
    get: (hash) =>
      inWords('the attachments', async () => {
        // The name comes out of a message.
        if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error(`"${hash}" is not the name of an attachment.`);
        const rows: Row[] = [];
        for (;;) {
          const filter = { _and: [where(hash), { part: { _gte: rows.length } }] };
          const page = await readRows<Row>(await directus(), ATTACHMENTS, {
            filter,
            sort: ['part'],
            limit: PAGE,
          });
          rows.push(...page);
          if (page.length < PAGE) break;
        }
        const [whole] = join(rows.map((row) => ({ ...row, text: row.content })));
        if (!whole) throw new Error('An attachment of this conversation is gone. Attach the file again.');
        const bytes = Buffer.from(whole.text, 'base64');
        if (hashOf(bytes) === hash) return bytes;
        throw new Error('An attachment of this conversation is damaged. Attach the file again.');
      }),
  };
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
