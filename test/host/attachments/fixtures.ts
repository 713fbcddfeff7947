import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AttachmentStore } from '../../../src/host/attachments/types.ts';

/** A folder that ends with the test. */
export async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'attachments-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** A store that lives as long as the test. */
export function memoryStore(): AttachmentStore & { kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    async put(bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      kept.set(hash, bytes);
      return hash;
    },
    async get(hash) {
      const bytes = kept.get(hash);
      if (!bytes) throw new Error('The file is gone.');
      return bytes;
    },
  };
}

const latin = (text: string) => Buffer.from(text, 'latin1');
const join2 = (...parts: (Buffer | string)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? latin(part) : part)));

/** One red pixel. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** A file that begins as a type does, filled up to a size with bytes that belong to no text. */
export const filled = (head: Buffer, size: number): Buffer =>
  Buffer.concat([head, randomBytes(Math.max(0, size - head.length))]);

const box = (brand: string) => join2('\0\0\0\x18ftyp', brand, '\0\0\0\0', brand, 'mp42\0\0\0\x08free');

/** The beginnings of every kind of media that is taken: name, bytes, type. */
export const samples: [name: string, bytes: Buffer, type: string][] = [
  ['a.png', png, 'image/png'],
  ['a.jpg', join2('\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0'), 'image/jpeg'],
  ['a.gif', join2('GIF89a\x01\0\x01\0\0\0\0;'), 'image/gif'],
  [
    'a.webp',
    join2('RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0'),
    'image/webp',
  ],
  [
    'a.pdf',
    join2('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n'),
    'application/pdf',
  ],
  ['a.mp3', join2('ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x64\0\0\0\0'), 'audio/mpeg'],
  ['a.wav', join2('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0'), 'audio/wav'],
  ['a.m4a', box('M4A '), 'audio/mp4'],
  ['b.m4a', box('isom'), 'audio/mp4'],
  [
    'a.ogg',
    join2('OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis\0\0\0\0\x02'),
    'audio/ogg',
  ],
  ['a.flac', join2('fLaC\0\0\0\x22\x10\0\x10\0'), 'audio/flac'],
  ['a.aac', join2('\xff\xf1\x50\x80\x02\x1f\xfc\xde\x02\0'), 'audio/aac'],
  ['a.aiff', join2('FORM\0\0\0\x2eAIFFCOMM\0\0\0\x12'), 'audio/aiff'],
  ['a.mp4', box('isom'), 'video/mp4'],
  [
    'a.webm',
    join2(
      '\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04',
    ),
    'video/webm',
  ],
];

export const pdf = samples.find(([name]) => name === 'a.pdf')?.[1] ?? Buffer.alloc(0);
export const mp4 = box('isom');
export const mp3 = samples.find(([name]) => name === 'a.mp3')?.[1] ?? Buffer.alloc(0);
