import { receipt } from '../../../result/receipt.ts';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import type { Row } from '../../rows/target.ts';
import type { Upload } from './plan.ts';

/** A file that was stored, and what became of the field it was put into. */
export type Stored = { key: unknown; asked: Row; row: Row | undefined; linked?: Row; warnings: string[] };

/** What is read back of a stored file, whatever was asked. */
export const READ_BACK = ['id', 'filename_download', 'title', 'type', 'filesize', 'folder'];

/** One receipt for all files of a call. */
export function accountFor(stored: Stored[]): Reply {
  const receipts = stored.map(({ asked, row, linked, warnings }) => {
    const { info, data } = receipt('created', 'id', [asked], row ? [row] : []);
    const [values] = Array.isArray(data) ? data : [{}];
    return {
      row: { ...values, ...(linked ? { linked } : {}) },
      warnings: [...warnings, info?.warning ?? []].flat(),
    };
  });
  const warnings = new Set(receipts.flatMap((one) => one.warnings));
  return {
    info: {
      uploaded: stored.length,
      ...(warnings.size > 0 ? { warning: [...warnings].join(' ') } : {}),
    },
    data: receipts.map(({ row }) => row),
  };
}

/** Progress must not cost more than what it tells of. */
const TELL_EVERY_MS = 200;

/** Tells the caller how many bytes of all files have been sent; each call adds some. */
export function meter({ progress }: Context, uploads: Upload[]): (bytes: number) => void {
  const total = uploads.reduce((sum, { source }) => sum + (source.size ?? 0), 0);
  let done = 0;
  let told = 0;
  return (bytes) => {
    done += bytes;
    const now = performance.now();
    if (now - told < TELL_EVERY_MS && done < total) return;
    told = now;
    progress(done, Math.max(total, done), 'bytes uploaded');
  };
}
