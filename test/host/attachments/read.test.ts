import { execFile } from 'node:child_process';
import { chmod, mkdir, truncate, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pathOf } from '../../../src/host/attachments/path.ts';
import { readAttachment, toAttachment } from '../../../src/host/attachments/read.ts';
import { folder, mp4, pdf, png, samples } from './fixtures.ts';

const written = async (name: string, content: string | Uint8Array) => {
  const file = join(await folder(), name);
  await writeFile(file, content);
  return file;
};

describe('what a file is', () => {
  test.for(samples)('%s', async ([name, bytes, type]) => {
    const read = await readAttachment(await written(name, bytes));
    expect(read).toEqual({ filename: name, mediaType: type, bytes });
  });

  test.for([
    ['notes.txt', 'Plain.\r\n\tAnd more.\f'],
    ['notes.md', '# Title\n\n*ID3* is a tag.'],
    ['rows.csv', 'id,name\n1,"A, B"\n'],
    ['data.json', '{"a": 1}'],
    ['feed.xml', '<?xml version="1.0"?><feed/>'],
    ['page.html', '<!doctype html><title>x</title>'],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['main.rs', 'fn main() { println!("é ✓"); }'],
    ['log', '\u001b[31mred\u001b[0m'],
    ['begins.txt', 'ID3 tags are in MP3 files.'],
    ['begins-too.txt', 'BM is what bitmaps begin with, and GIF89a, and II*.'],
    ['letter.rtf', '{\\rtf1 Hello}'],
    ['dates.ics', 'BEGIN:VCALENDAR\nEND:VCALENDAR\n'],
  ] as const)('%s is text', async ([name, text]) => {
    const { mediaType, bytes } = await readAttachment(await written(name, text));
    expect({ mediaType, text: Buffer.from(bytes).toString('utf8') }).toEqual({
      mediaType: 'text/plain',
      text,
    });
  });

  test.for([
    ['UTF-8 with a mark', Buffer.from('\ufeffGrüße', 'utf8')],
    ['UTF-16, little end first', Buffer.from('\ufeffGrüße', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\ufeffGrüße', 'utf16le').swap16()],
    ['Windows-1252', Buffer.from('Grüße', 'latin1')],
  ] as const)('text in %s becomes UTF-8', async ([, bytes]) => {
    expect(Buffer.from((await toAttachment('a.txt', bytes)).bytes).toString('utf8')).toBe('Grüße');
  });

  test('a name that lies counts for nothing', async () => {
    expect((await toAttachment('photo.png', pdf)).mediaType).toBe('application/pdf');
    expect((await toAttachment('report.pdf', png)).mediaType).toBe('image/png');
    expect((await toAttachment('song.mp3', Buffer.from('just words'))).mediaType).toBe('text/plain');
    expect((await toAttachment('notes.txt', mp4)).mediaType).toBe('video/mp4');
  });

  test.for([
    ['archive.zip', Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'), 'application/zip'],
    ['photo.png', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1'), 'image/heic'],
    ['clip.mp4', Buffer.from('\0\0\0\x14ftypqt  \0\0\0\0qt  ', 'latin1'), 'video/quicktime'],
    ['program', Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0', 'latin1'), 'application/x-elf'],
    ['noise.txt', Buffer.from([1, 2, 3, 0, 255, 254]), 'no known kind'],
  ] as const)('%s is refused, and what is taken is named', async ([name, bytes, what]) => {
    const refused = await toAttachment(name, bytes).catch((error: Error) => error.message);
    expect(refused).toContain(`${name} cannot be attached: it is`);
    expect(refused).toContain(what);
    expect(refused).toContain('PNG, JPEG, GIF and WebP images, PDF, text and code, audio');
  });
});

describe('what cannot be read is one clear sentence', () => {
  test('a missing file, a folder, an empty file, nothing at all', async () => {
    const home = await folder();
    await writeFile(join(home, 'empty.txt'), '');
    const refuses = (path: string) => expect(readAttachment(path)).rejects;
    await refuses(join(home, 'no.png')).toThrow(
      `${join(home, 'no.png')} cannot be attached: there is no such file.`,
    );
    await refuses(home).toThrow(`${home} cannot be attached: it is a folder. Name a file in it.`);
    await refuses(join(home, 'empty.txt')).toThrow('empty.txt cannot be attached: it is empty.');
    await refuses(join(home, 'empty.txt', 'x')).toThrow('there is no such file');
    await refuses(`${home}/${'n'.repeat(300)}`).toThrow('the path is too long');
    await refuses('  ').toThrow('Name the file to attach.');
    await refuses(`${home}/a\0b`).toThrow('cannot be attached');
    await refuses('file://elsewhere/a.png').toThrow('is no file of this machine: give its path.');
  });

  test('a file without permission', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may read every file');
    const file = await written('secret.txt', 'x');
    await chmod(file, 0);
    await expect(readAttachment(file)).rejects.toThrow('it may not be read. Check its permissions.');
  });

  test.skipIf(process.platform === 'win32')('a pipe, which would never end', async () => {
    const pipe = join(await folder(), 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    await expect(readAttachment(pipe)).rejects.toThrow('it is no file but a pipe, socket or device');
  });

  test('a file over 50 MB, before any of it is read', async () => {
    const file = await written('clip.mp4', mp4);
    // A file with a hole: it takes no room on the disk, and would take much in memory.
    await truncate(file, 40_000_000_000);
    await expect(readAttachment(file)).rejects.toThrow(
      'clip.mp4 cannot be attached: it has 40000.0 MB, and the most is 50.0 MB.',
    );
    await truncate(file, 50_000_000);
    expect((await readAttachment(file)).bytes.length).toBe(50_000_000);
    await expect(toAttachment('a.txt', Buffer.alloc(50_000_001, 'a'))).rejects.toThrow('the most is 50.0 MB');
  });
});

describe.skipIf(process.platform === 'win32')('paths as people type them and terminals paste them', () => {
  test.for([
    ['/a/b.png', '/a/b.png'],
    ['  /a/b.png \n', '/a/b.png'],
    ['/a/my\\ photo\\ \\(1\\).png', '/a/my photo (1).png'],
    [`'/a/my photo.png'`, '/a/my photo.png'],
    [`'/a/it'\\''s.png'`, `/a/it's.png`],
    ['"/a/my \\"big\\" $photo.png"', '/a/my "big" $photo.png'],
    ['file:///a/my%20photo.png', '/a/my photo.png'],
    ['~/b.png', join(homedir(), 'b.png')],
    ['"~/b.png"', join(homedir(), 'b.png')],
    ['~', homedir()],
    ['~b.png', join(process.cwd(), '~b.png')],
    ['sub/b.png', join(process.cwd(), 'sub/b.png')],
  ])('%s', ([typed, path]) => {
    expect(pathOf(typed ?? '')).toBe(path);
  });

  test('a dropped file with a hard name is read', async () => {
    const home = join(await folder(), "it's (a) $dir");
    await mkdir(home);
    await writeFile(join(home, 'my photo.png'), png);
    const escaped = join(home, 'my photo.png').replace(/[ '()$]/g, '\\$&');
    expect((await readAttachment(escaped)).filename).toBe('my photo.png');
    const before = process.env.HOME;
    process.env.HOME = home;
    onTestFinished(() => {
      process.env.HOME = before;
    });
    expect((await readAttachment('~/my\\ photo.png')).bytes).toEqual(png);
  });
});
