import { describe, expect, test } from 'vitest';
import { messageContent } from '../../../src/host/attachments/message.ts';
import { fileTokens, sizeOf } from '../../../src/host/attachments/size.ts';
import { contentTokens } from '../../../src/host/context/tokens.ts';
import { memoryStore } from './fixtures.ts';

/** A PDF with so many pages, as far as anybody looks at it here. */
const pdf = (pages: number) =>
  Buffer.from(`%PDF-1.4\n<< /Type /Pages /Count ${pages} >>\n${'<< /Type /Page >>\n'.repeat(pages)}`);

describe('what a file costs a model', () => {
  test('is by pages for a PDF, and by bytes where its pages are packed', () => {
    expect(sizeOf('application/pdf', pdf(7))).toMatchObject({ pages: 7 });
    expect(fileTokens('application/pdf', sizeOf('application/pdf', pdf(7)))).toBe(14_000);
    expect(fileTokens('application/pdf', { bytes: 950_000 })).toBe(20_000);
    expect(fileTokens('application/pdf', { bytes: 50_000_000 })).toBe(200_000);
  });

  test('is by time for sounds and films, as far as their size tells it', () => {
    const minute = 60 * 32;
    expect(fileTokens('audio/mpeg', { bytes: 960_000 })).toBe(minute);
    expect(fileTokens('audio/wav', { bytes: 10_560_000 })).toBe(minute);
    expect(fileTokens('video/mp4', { bytes: 15_000_000 })).toBeGreaterThan(minute * 5);
  });

  test('is that of a picture for pictures, and where nothing is known', () => {
    expect(fileTokens('image/png', { bytes: 9_000_000 })).toBe(1200);
    expect(fileTokens('application/pdf', undefined)).toBe(1200);
  });

  test('stands in the message from the beginning', async () => {
    const bytes = pdf(30);
    const attachment = { filename: 'a.pdf', mediaType: 'application/pdf', bytes };
    const content = await messageContent(memoryStore(), 'Read this.', [attachment]);
    expect(contentTokens(content)).toBeGreaterThan(60_000);
    expect(contentTokens(content)).toBeLessThan(60_100);
    expect(contentTokens([{ type: 'file', data: 'x', mediaType: 'application/pdf' }])).toBeLessThan(1300);
  });
});
