import { closeSync, fstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, getCompileCacheDir } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Script } from 'node:vm';
import zlib from 'node:zlib';

/*
 * Node's own compile cache keeps what V8 makes of a file before any of it runs. Most functions are compiled when they
 * are first called, which was a fifth of the start of our server. Here, they are kept as well (docs/decisions/start.md).
 */

/** By then, most clients have said hello and asked for the tools. */
const KEEP_AFTER_MS = 500;
/** What stands before the compiled code: the checksum of the file it was made of, and its own. V8 compares lengths only. */
const HEAD_BYTES = 8;

/**
 * Loads a CommonJS file with what was compiled of it when it ran before. That is kept in the folder of Node's compile
 * cache; where there is none, the file is loaded without.
 * @param file absolute path
 * @returns its exports, and when what was compiled is kept: soon, if it has to be; until then, V8's flags must stay
 */
export function loadCompiled<Exports>(file: string): { exports: Exports; kept: Promise<void> } {
  const require = createRequire(file);
  // The first releases of Node 22 have neither.
  const folder = typeof zlib.crc32 === 'function' ? getCompileCacheDir?.() : undefined;
  if (!folder) return { exports: require(file), kept: Promise.resolve() };
  const source = readFileSync(file);
  const place = join(folder, `${zlib.crc32(file).toString(16)}-${basename(file)}`);
  const cachedData = read(place, zlib.crc32(source));
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename: file,
    ...(cachedData ? { cachedData } : {}),
  });
  const module: { exports: unknown } = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, dirname(file));
  const keepSoon = async () => {
    await wait(KEEP_AFTER_MS, undefined, { ref: false });
    write(place, zlib.crc32(source), script.createCachedData());
  };
  const isNew = !cachedData || script.cachedDataRejected;
  return { exports: module.exports as Exports, kept: isNew ? keepSoon() : Promise.resolve() };
}

/** @returns undefined where nothing is kept, it is of another file, it is damaged, or somebody else may have made it */
function read(place: string, source: number): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(place, 'r');
    if (fstatSync(descriptor).uid !== (process.getuid?.() ?? 0)) return undefined;
    const all = readFileSync(descriptor);
    const code = all.subarray(HEAD_BYTES);
    return all.readUInt32LE(0) === source && all.readUInt32LE(4) === zlib.crc32(code) ? code : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What cannot be kept is compiled again the next time. */
function write(place: string, source: number, code: Buffer): void {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(source, 0);
  head.writeUInt32LE(zlib.crc32(code), 4);
  const draft = `${place}.${process.pid}`;
  try {
    writeFileSync(draft, Buffer.concat([head, code]), { mode: 0o600 });
    renameSync(draft, place);
  } catch {
    rmSync(draft, { force: true });
  }
}
