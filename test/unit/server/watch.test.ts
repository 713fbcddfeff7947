import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchFile } from '../../../src/server/watch.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'watch-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function watching(file: string) {
  const changed = vi.fn();
  const watcher = watchFile(file, changed);
  onTestFinished(() => watcher?.close());
  return changed;
}

test('a file that is written, replaced or removed has changed; one beside it has not', async () => {
  const at = folder();
  const file = join(at, 'settings.json');
  writeFileSync(file, '{}');
  const changed = watching(file);
  writeFileSync(join(at, 'other.json'), '{}');
  writeFileSync(file, '{"readOnly":true}');
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1));
  writeFileSync(join(at, 'new'), '{"readOnly":false}');
  renameSync(join(at, 'new'), file);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2));
  rmSync(file);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(3));
});

test('a link on the way to the file that is swapped, as container platforms do it, is a change', async () => {
  const at = folder();
  for (const version of ['1', '2']) {
    mkdirSync(join(at, version));
    writeFileSync(join(at, version, 'settings.json'), `{"version":${version}}`);
  }
  symlinkSync('1', join(at, '..data'));
  symlinkSync('..data/settings.json', join(at, 'settings.json'));
  const changed = watching(join(at, 'settings.json'));
  symlinkSync('2', join(at, '..data_tmp'));
  renameSync(join(at, '..data_tmp'), join(at, '..data'));
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1));
});
