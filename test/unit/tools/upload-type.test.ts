import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { assetPath } from '../../../src/sandbox/seed/assets.ts';
import { endingOf, HEAD_BYTES, typeOf } from '../../../src/tools/content/upload/type.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['crane.jpg', 'image/jpeg'],
  ['townhall.png', 'image/png'],
  ['library.webp', 'image/webp'],
  ['logo.svg', 'image/svg+xml'],
  ['harbour-plan.pdf', 'application/pdf'],
])('%s is known by its content', async (file, type) => {
  const head = (await readFile(assetPath(file))).subarray(0, HEAD_BYTES);
  for (const name of ['', 'a.txt', 'a.mp4', 'a']) expect(typeOf(head, name)).toBe(type);
  expect(typeOf(head, '', 'text/plain')).toBe(type);
});

test.each([
  ['GIF89a', '', undefined, 'image/gif'],
  ['\0\0\0\x1cftypavif', '', undefined, 'image/avif'],
  ['\0\0\0\x1cftypheic', '', undefined, 'image/heic'],
  ['\0\0\0\x1cftypisom', '', undefined, 'video/mp4'],
  ['\0\0\0\x1cftypisom', 'a.m4a', undefined, 'audio/mp4'],
  ['\0\0\0\x1cftypisom', 'a.txt', undefined, 'video/mp4'],
  ['\x1aE\xdf\xa3....webm', '', undefined, 'video/webm'],
  ['ID3\x04', '', undefined, 'audio/mpeg'],
  ['RIFF....WAVE', '', undefined, 'audio/wav'],
  [
    'PK\x03\x04',
    'a.docx',
    undefined,
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  ['PK\x03\x04', '', undefined, 'application/octet-stream'],
  ['a,b', 'table.CSV', undefined, 'text/csv'],
  ['plain words', '', undefined, 'text/plain'],
  ['plain words', '', 'text/markdown', 'text/markdown'],
  ['plain words', 'a.pdf', 'image/png', 'text/plain'],
  ['<!-- <svg --><html>', '', undefined, 'text/plain'],
  ['\xef\xbb\xbf<?xml version="1.0"?><!-- a --><svg>', '', undefined, 'image/svg+xml'],
  ['', '', undefined, 'application/octet-stream'],
])('%j named %j, said to be %s, is %s', (content, name, said, type) => {
  expect(typeOf(latin(content), name, said)).toBe(type);
});

test('endings are those that people use', () => {
  expect(['image/jpeg', 'image/tiff', 'text/plain', 'audio/ogg', 'application/x-odd'].map(endingOf)).toEqual([
    '.jpg',
    '.tiff',
    '.txt',
    '.ogg',
    '',
  ]);
});

test('a hostile beginning takes no time', () => {
  const started = performance.now();
  for (const text of ['<!---->'.repeat(150), '<!--'.repeat(256), ' '.repeat(1024), '<?xml'.repeat(200)])
    typeOf(latin(text), '');
  expect(performance.now() - started).toBeLessThan(200);
});
