import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { toAttachment } from '../../../src/host/attachments/read.ts';
import { sizeOf } from '../../../src/host/attachments/size.ts';
import { wireSchema } from '../../../src/host/mcp/wire-schema.ts';
import { settingsSchema } from '../../../src/settings/schema.ts';
import { coerce } from '../../../src/tools/input.ts';

const GB = 1024 ** 3;
const u32 = (value: number) => Buffer.from(new Uint32Array([value]).buffer).reverse();

/** A picture of 100,000 by 100,000 pixels, by its own account: 40 GB unfolded. Its data are what fits in 100 KB. */
function hugePicture(): Buffer {
  const part = (type: string, data: Buffer) =>
    Buffer.concat([u32(data.length), Buffer.from(type), data, Buffer.alloc(4)]);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    part('IHDR', Buffer.concat([u32(100_000), u32(100_000), Buffer.from([8, 6, 0, 0, 0])])),
    part('IDAT', deflateSync(Buffer.alloc(50_000_000))),
    part('IEND', Buffer.alloc(0)),
  ]);
}

/** An archive with one entry that says it unfolds to 4 GB. */
function archive(name: string): Buffer {
  const data = deflateSync(Buffer.alloc(50_000_000)).subarray(2, -4);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(data.length, 18);
  head.writeUInt32LE(0xffff_fff0, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name), data]);
}

const laughs = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha">${Array.from(
  { length: 30 },
  (_, n) => `<!ENTITY a${n} "${`&a${n === 0 ? '' : n - 1};`.repeat(10)}">`,
).join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&a29;</text></svg>`;

describe('files that unfold to more than there is room for', () => {
  test('a picture is passed on as it is, and what it costs is told without looking into it', async () => {
    const picture = hugePicture();
    const { mediaType, bytes } = await toAttachment('huge.png', picture);
    expect(mediaType).toBe('image/png');
    expect(bytes).toBe(picture);
    expect(sizeOf(mediaType, bytes)).toEqual({ bytes: picture.length });
  });

  test.each([
    ['a.zip', archive('0.txt')],
    ['a.docx', archive('[Content_Types].xml')],
    ['a.epub', archive('mimetype')],
    ['a.gz', gzipSync(Buffer.alloc(50_000_000))],
  ])('%s is refused, and not unpacked', async (name, bytes) => {
    const before = process.memoryUsage();
    await expect(toAttachment(name, bytes)).rejects.toThrow(/cannot be attached/);
    const { rss } = process.memoryUsage();
    expect(rss - before.rss).toBeLessThan(GB / 4);
  });

  test('entities of XML stay as they are written: it is text', async () => {
    const { mediaType, bytes } = await toAttachment('laughs.svg', Buffer.from(laughs));
    expect(mediaType).toBe('text/plain');
    expect(bytes.toString()).toBe(laughs);
  });
});

describe('JSON that nests without end, or names what every object has', () => {
  test('a schema of a server of others is cut short', () => {
    let schema: object = { type: 'string' };
    for (let depth = 0; depth < 50_000; depth++) schema = { type: 'object', properties: { a: schema } };
    const wire = JSON.stringify(wireSchema(schema));
    expect(wire.length).toBeLessThan(100_000);
    const list = Array.from({ length: 50_000 }).reduce<object>((inner) => ({ anyOf: [inner] }), {
      type: 'string',
    });
    expect(wireSchema(list)).toMatchObject({ type: 'object' });
  });

  test.each(['__proto__', 'constructor', 'prototype'])('%s gives no object anything', (name) => {
    const hostile = JSON.parse(`{"${name}": {"polluted": true, "prototype": {"polluted": true}}}`);
    coerce(hostile, { type: 'object', properties: {} }, '', []);
    wireSchema({ type: 'object', properties: hostile, $ref: `#/properties/${name}` });
    settingsSchema.safeParse({ ai: hostile, policy: hostile, tools: hostile, ...hostile });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
