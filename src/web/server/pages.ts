import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Context, Handler } from 'hono';
import type { Env } from './env.ts';

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
};

/** Names of built files: nothing else is looked for, so no path leaves the folder. */
const ASSET = /^\/assets\/[\w.-]+$/;

type Stored = { type: string; plain: Buffer; br: Promise<Buffer>; gzip: Promise<Buffer> };

/**
 * Serves the built pages: files with a hash in their name for good, and for every other path the page itself, which
 * finds out what to show.
 */
export function servePages(folder: string): Handler<Env> {
  const files = new Map<string, Promise<Stored | undefined>>();
  const index = store('text/html; charset=utf-8', readFileSync(join(folder, 'index.html')));

  function find(path: string): Promise<Stored | undefined> {
    const known = files.get(path) ?? load(join(folder, path));
    files.set(path, known);
    return known;
  }

  return async (c) => {
    const { path } = c.req;
    if (path === '/licenses.md') return answer(c, await find(path), 'no-cache');
    if (!path.startsWith('/assets/')) return answer(c, index, 'no-cache');
    return answer(c, ASSET.test(path) ? await find(path) : undefined, 'public, max-age=31536000, immutable');
  };
}

async function load(file: string): Promise<Stored | undefined> {
  const type = TYPES[extname(file)];
  const plain = type === undefined ? undefined : await readFile(file).catch(() => undefined);
  return type === undefined || !plain ? undefined : store(type, plain);
}

/** Compressed once, when it is first asked for. */
const store = (type: string, plain: Buffer): Stored => ({
  type,
  plain,
  br: promisify(brotliCompress)(plain),
  gzip: promisify(gzip)(plain),
});

async function answer(c: Context<Env>, file: Stored | undefined, cache: string): Promise<Response> {
  if (!file) return c.text('There is nothing at this address.', 404);
  const takes = c.req.header('accept-encoding') ?? '';
  const coding = takes.includes('br') ? 'br' : takes.includes('gzip') ? 'gzip' : undefined;
  return c.body(new Uint8Array(coding ? await file[coding] : file.plain), 200, {
    'Content-Type': file.type,
    'Cache-Control': cache,
    Vary: 'Accept-Encoding',
    ...(coding && { 'Content-Encoding': coding }),
  });
}
