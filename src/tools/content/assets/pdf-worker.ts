import { parentPort, workerData } from 'node:worker_threads';
import { getDocumentProxy } from 'unpdf';
import type { PdfAnswer, PdfQuestion } from './pdf.ts';

/*
 * Runs in a thread of its own (pdf.ts): a PDF that was made to do harm, or only a huge one, costs this thread and not
 * the server, and all that was loaded for it is gone afterwards.
 */

async function read({ bytes, most }: PdfQuestion): Promise<PdfAnswer> {
  const document = await getDocumentProxy(bytes, { verbosity: 0, isEvalSupported: false });
  const pages: string[] = [];
  let length = 0;
  for (let number = 1; number <= document.numPages && length < most; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    pages.push(text.trim());
    length += text.length;
    page.cleanup();
  }
  return { pages, of: document.numPages };
}

read(workerData as PdfQuestion).then(
  (answer) => parentPort?.postMessage(answer),
  (error: unknown) => {
    const locked = error instanceof Error && error.name === 'PasswordException';
    parentPort?.postMessage({ fault: locked ? 'locked' : 'broken' } satisfies PdfAnswer);
  },
);
