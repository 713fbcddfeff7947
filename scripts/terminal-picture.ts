/**
 * Makes a picture of a real session in a terminal: plays its steps in tmux, and has a headless browser photograph the
 * moments that are kept. Needs tmux and Chromium (CHROMIUM names another one), and the built program; sharp
 * comes with the sandbox's Directus.
 *
 *     node --experimental-strip-types scripts/terminal-picture.ts long-job [docs/media/long-job.png]
 *
 * What is played stands in `terminal-picture/pictures.ts`. It is played on a sandbox that starts and ends with it. A
 * picture that ends in .html is the page alone.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { startDemoModel } from '../src/sandbox/demo-model.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { photograph, toPage } from './terminal-picture/page.ts';
import { play } from './terminal-picture/pane.ts';
import { pictures } from './terminal-picture/pictures.ts';

const [name = '', target = `docs/media/${name}.png`] = process.argv.slice(2);
const picture = pictures[name];
if (!picture) throw new Error(`Name a picture: ${Object.keys(pictures).join(', ')}.`);

const [sandbox, demo] = await Promise.all([startSandbox(), startDemoModel()]);
try {
  const moments = await play(picture, {
    DIRECTUS_URL: sandbox.url,
    DIRECTUS_TOKEN: sandbox.admin.token,
    MODEL: demo.baseUrl,
  });
  const file = resolve(target);
  mkdirSync(dirname(file), { recursive: true });
  if (file.endsWith('.html')) writeFileSync(file, toPage(moments, picture));
  else await photograph(file, moments, picture);
} finally {
  await Promise.all([sandbox.stop(), demo.stop()]);
}
