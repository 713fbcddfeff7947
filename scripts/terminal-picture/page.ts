import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnsiUp } from 'ansi_up';
import { DEFAULT_DIRECTUS } from '../../src/sandbox/index.ts';
import { ensureDirectus } from '../../src/sandbox/install.ts';
import type { Moment, Picture } from './picture.ts';

const FONT = 15;
/** Width of a letter of the monospace fonts below, in parts of their size. */
const LETTER = 0.602;
const LINE = 18;
const PADDING = 18;
const BAR = 34;
const CAPTION = 46;

/** Moments of a session, one below the other, as a page of HTML. */
export function toPage(moments: Moment[], { title }: Picture): string {
  const panes = moments.map(
    ({ caption, screen }) =>
      `${caption ? `<h2>${escapeHtml(caption)}</h2>` : ''}<pre>${toHtml(screen)}</pre>`,
  );
  return `<!doctype html><meta charset="utf-8"><style>
* { box-sizing: border-box }
body { margin: 0; background: #0d1117 }
main { color: #d8dee9; font: ${FONT}px/${LINE}px "DejaVu Sans Mono", Menlo, Consolas, monospace }
header { height: ${BAR}px; line-height: ${BAR}px; text-align: center; color: #8b949e; background: #161b22; font-size: 13px; position: relative }
header::before { content: "● ● ●"; position: absolute; left: ${PADDING}px; color: #484f58; letter-spacing: 2px }
h2 { margin: 0; height: ${CAPTION}px; padding: 0 ${PADDING}px; display: flex; align-items: center; background: #21262d; color: #f0f6fc; font: 600 15px/19px "DejaVu Sans", Arial, sans-serif }
pre { margin: 0; padding: ${PADDING}px; font: inherit }
.ansi-black-fg { color: #0d1117 } .ansi-white-bg { background: #d8dee9 }
.ansi-red-fg { color: #ff7b72 } .ansi-green-fg { color: #7ee787 } .ansi-yellow-fg { color: #e3b341 }
.ansi-blue-fg { color: #79c0ff } .ansi-magenta-fg { color: #d2a8ff } .ansi-cyan-fg { color: #76e3ea }
</style><main><header>${escapeHtml(title)}</header>${panes.join('')}</main>`;
}

function toHtml(screen: string): string {
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  ansi.faintStyle = 'opacity:.62';
  // The library knows no inverse video, which only the cursor uses.
  const introducer = String.fromCharCode(27);
  return ansi.ansi_to_html(screen.replaceAll(`${introducer}[7m`, `${introducer}[30;47m`));
}

/**
 * Has a headless browser photograph the page; CHROMIUM names another one. A terminal has few colours, and a palette of
 * them makes the file a third as large.
 */
export async function photograph(file: string, moments: Moment[], picture: Picture): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  const html = join(folder, 'page.html');
  writeFileSync(html, toPage(moments, picture));
  const width = Math.ceil(picture.columns * FONT * LETTER) + 2 * PADDING;
  const height = moments.reduce((sum, moment) => sum + heightOf(moment), BAR);
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--hide-scrollbars'];
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const shot = [`--user-data-dir=${join(folder, 'profile')}`, `--window-size=${width},${height}`];
  const photo = join(folder, 'photo.png');
  const scale = ['--force-device-scale-factor=2', `--screenshot=${photo}`];
  try {
    const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
    execFileSync(browser, [...flags, ...quiet, ...shot, ...scale, `file://${html}`], { stdio: 'pipe' });
    const directus = await ensureDirectus(DEFAULT_DIRECTUS, { onProgress: () => {} });
    const sharp = createRequire(join(directus, 'package.json'))('sharp');
    await sharp(photo).png({ palette: true, colours: 256, effort: 10 }).toFile(file);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const heightOf = ({ caption, screen }: Moment): number =>
  screen.split('\n').length * LINE + 2 * PADDING + (caption ? CAPTION : 0);

const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
