import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context, Handler } from 'hono';
import type { Env } from './env.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
};

const FOR_GOOD = 'public, max-age=31536000, immutable';

/** Within 3 % of the smallest, in a fifth of the time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
const CODINGS = {
  br: (plain: Buffer) => promisify(brotliCompress)(plain, BROTLI),
  gzip: (plain: Buffer) => promisify(gzip)(plain),
};

/** A file as it is sent, each coding made once and when it is first asked for. */
type Stored = { type: string; coded(coding: keyof typeof CODINGS | undefined): Promise<Buffer> };

/**
 * Serves the built pages: files with a hash in their name for good, and for every other path the page itself, which
 * finds out what to show. What can be asked for is what was built, so no path leaves the folder.
 * @throws Error when nothing is built there
 */
export function servePages(folder: string): Handler<Env> {
  const built = new Set(readdirSync(join(folder, 'assets')).map((name) => `/assets/${name}`));
  const index = stored('.html', readFileSync(join(folder, 'index.html')));
  const files = new Map<string, Promise<Stored>>();

  function file(path: string): Promise<Stored> {
    const known =
      files.get(path) ?? readFile(join(folder, path)).then((plain) => stored(extname(path), plain));
    files.set(path, known);
    return known;
  }

  return async (c) => {
    const { path } = c.req;
    if (built.has(path)) return answer(c, await file(path), FOR_GOOD);
    if (path.startsWith('/assets/')) return c.text('There is nothing at this address.', 404);
    return answer(c, path === '/licenses.md' ? await file(path) : index, 'no-cache');
  };
}

function stored(extension: string, plain: Buffer): Stored {
  const made = new Map<string, Promise<Buffer>>();
  return {
    type: TYPES[extension] ?? 'application/octet-stream',
    async coded(coding) {
      if (!coding) return plain;
      const known = made.get(coding) ?? CODINGS[coding](plain);
      made.set(coding, known);
      return known;
    },
  };
}

async function answer(c: Context<Env>, file: Stored, cache: string): Promise<Response> {
  const takes = c.req.header('accept-encoding') ?? '';
  const coding = takes.includes('br') ? 'br' : takes.includes('gzip') ? 'gzip' : undefined;
  return c.body(new Uint8Array(await file.coded(coding)), 200, {
    'Content-Type': file.type,
    'Cache-Control': cache,
    Vary: 'Accept-Encoding',
    ...(coding && { 'Content-Encoding': coding }),
  });
}
