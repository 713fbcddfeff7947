/*
 * Draws the images and prints the documents of the sandbox into src/sandbox/assets:
 *   node --experimental-strip-types scripts/sandbox-assets/make.ts
 * Needs Chromium for the documents (CHROMIUM, else `chromium`); sharp comes with the sandbox's Directus.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_DIRECTUS } from '../../src/sandbox/index.ts';
import { ensureDirectus } from '../../src/sandbox/install.ts';
import { pages } from './documents.ts';
import { logo, portraits } from './portraits.ts';
import { scenes } from './scenes.ts';
import { svg } from './shapes.ts';

const assets = fileURLToPath(new URL('../../src/sandbox/assets/', import.meta.url));
const directus = await ensureDirectus(DEFAULT_DIRECTUS, { onProgress: () => {} });
const sharp = createRequire(join(directus, 'package.json'))('sharp');

for (const { name, format, picture } of scenes) {
  const image = sharp(Buffer.from(svg(picture)));
  if (format === 'jpeg') await image.jpeg({ quality: 78, mozjpeg: true }).toFile(`${assets}${name}.jpg`);
  if (format === 'webp') await image.webp({ quality: 80 }).toFile(`${assets}${name}.webp`);
  if (format === 'png') await image.png({ palette: true, colours: 128 }).toFile(`${assets}${name}.png`);
}
for (const { name, picture } of portraits) {
  await sharp(Buffer.from(svg(picture)))
    .png({ palette: true, colours: 64 })
    .toFile(`${assets}${name}.png`);
}
writeFileSync(`${assets}logo.svg`, logo);

const work = mkdtempSync(join(tmpdir(), 'documents-'));
for (const { name, html } of pages) {
  const source = join(work, `${name}.html`);
  writeFileSync(source, html);
  execFileSync(process.env.CHROMIUM ?? 'chromium', [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-pdf-header-footer',
    `--print-to-pdf=${assets}${name}.pdf`,
    `file://${source}`,
  ]);
}
rmSync(work, { recursive: true });
