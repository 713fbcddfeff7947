import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { isSealed } from '../../settings/secrets.ts';
import { changeField } from './entries.ts';
import { loadProviders, type ProviderOptions, providerNamed } from './named.ts';

/**
 * `directus-assistant providers key NAME`: asks for its key without showing it, or reads it from a pipe, and seals it
 * in the settings file. Nothing typed takes the key out. Never from the command line, which others on this machine can
 * read.
 * @throws Error when there is no such provider, or what was given is no key
 */
export async function run(name: string, options: ProviderOptions): Promise<void> {
  const loaded = loadProviders(options);
  const endpoint = providerNamed(loaded, name);
  const key = (process.stdin.isTTY ? await askHidden(`Key of ${name}: `) : await text(process.stdin)).trim();
  if (/\s/.test(key)) throw new Error('A key has no spaces and is one line. Nothing was changed.');
  if (isSealed(key)) throw new Error('That is a sealed key; give the key itself. Nothing was changed.');
  changeField(loaded.file, endpoint, 'apiKey', () => key || undefined);
  console.log(
    key
      ? `The key of ${name} is sealed in ${loaded.file}.`
      : `${name} has no key in ${loaded.file} any more.`,
  );
  const variable = loaded.origins.get(`ai.${name}.apiKey`);
  if (endpoint.kind !== 'compatible' && endpoint.apiKey && variable !== loaded.file) {
    console.error(`${variable} is set in the environment, and counts before the file.`);
  }
}

/** @throws Error when the person gives up */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now does the terminal not show what is typed.
  process.stderr.write(question);
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new Error('Nothing was changed.')));
      lines.once('close', () => reject(new Error('Nothing was changed.')));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
