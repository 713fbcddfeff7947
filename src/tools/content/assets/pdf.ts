import threads from 'node:worker_threads';
import type { Reply } from '../../../result/reply.ts';
import type { Context } from '../../define.ts';
import { fetchContent } from './fetch.ts';
import { type File, notShown, sizeInWords } from './file.ts';

/** What the thread that reads PDFs is asked and answers. */
export type PdfQuestion = { bytes: Uint8Array; most: number };
export type PdfAnswer = { pages: string[]; of: number } | { fault: 'locked' | 'broken' };

const MOST_BYTES = 20_000_000;
const MOST_CHARACTERS = 2_000_000;
const TIMEOUT_MS = 20_000;
const MOST_MEMORY_MB = 512;

/** A PDF itself is passed on only when it is small: clients that cannot show one put it into the conversation as text. */
const MOST_BYTES_ORIGINAL = 3_700_000;

/** The PDF as a file, for clients that can show one. */
export async function readPdfItself(context: Context, file: File): Promise<NonNullable<Reply['media']>> {
  const bytes = await fetchPdf(context, file, MOST_BYTES_ORIGINAL, 'Without original its text can be read.');
  const uri = `${context.directus.url}/assets/${file.id}`;
  return { type: 'resource', uri, mimeType: 'application/pdf', base64: bytes.toString('base64') };
}

/** The text of a PDF, page by page under `[page 1]`; undefined when it holds none, as scans do. */
export async function readPdf(
  context: Context,
  file: File,
): Promise<{ text: string | undefined; pages: number; leftOut?: string }> {
  const { url } = context.directus;
  const answer = await ask(
    { bytes: await fetchPdf(context, file, MOST_BYTES), most: MOST_CHARACTERS },
    context.signal,
  );
  if ('fault' in answer) {
    const why = {
      locked: 'This PDF is locked with a password',
      broken: 'This PDF cannot be read: it is damaged, or too much for the reader',
    };
    throw notShown(file, url, why[answer.fault]);
  }
  const { pages, of } = answer;
  const text = pages.map((page, index) => `[page ${index + 1}]\n${page}`).join('\n\n');
  return {
    text: pages.some(Boolean) ? text : undefined,
    pages: of,
    ...(pages.length < of ? { leftOut: `after page ${pages.length} of ${of}` } : {}),
  };
}

async function fetchPdf(context: Context, file: File, most: number, instead?: string): Promise<Buffer> {
  const size = Number(file.filesize);
  if (size > most)
    throw notShown(
      file,
      context.directus.url,
      `This PDF has ${sizeInWords(size)}; up to ${sizeInWords(most)} can be read`,
      instead,
    );
  return (await fetchContent(context, file, 'application/pdf')).bytes;
}

/** Asks a thread of its own, which ends with its answer, when its time is over, or when the call is cancelled. */
async function ask(question: PdfQuestion, signal: AbortSignal): Promise<PdfAnswer> {
  const worker = new threads.Worker(new URL('./pdf-worker.js', import.meta.url), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    // What the reader prints must not get between the messages on our stdout.
    stdout: true,
    stderr: true,
  });
  const ended = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    return await new Promise<PdfAnswer>((resolve) => {
      const fail = () => resolve({ fault: 'broken' });
      worker.once('message', resolve);
      worker.once('error', fail);
      worker.once('exit', fail);
      ended.addEventListener('abort', fail, { once: true });
    });
  } finally {
    await worker.terminate();
    signal.throwIfAborted();
  }
}
