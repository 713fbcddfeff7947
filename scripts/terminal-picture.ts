/**
 * Makes a picture of a real run in a terminal: starts a program in tmux, types, waits for what should be seen, and
 * has a headless browser photograph the pane. Needs tmux and Chromium (CHROMIUM names another one).
 *
 *     node scripts/terminal-picture.ts docs/media/chat.png --size 100x36 --title "directus-assistant demo" \
 *       --run "node dist/bin.js demo" --see "/help" --type "show the newest 3 articles" --key Enter --see "tokens in"
 *
 * The steps --run, --type, --key and --see are done in the order they are given. A picture that ends in .html is
 * the page alone.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { AnsiUp } from 'ansi_up';

type Step = { do: 'run' | 'type' | 'key' | 'see'; text: string };
type Picture = { file: string; columns: number; rows: number; title: string; steps: Step[] };

const PATIENCE = 60_000;
const FONT = 15;
/** Width of a letter of the monospace fonts below, in parts of their size. */
const LETTER = 0.602;
const LINE = 18;
const PADDING = 18;
const BAR = 34;

const picture = readArguments(process.argv.slice(2));
const socket = `picture-${process.pid}`;
const tmux = (...args: string[]) => execFileSync('tmux', ['-L', socket, ...args], { encoding: 'utf8' });

try {
  const screen = await take(picture);
  const page = toPage(screen, picture);
  mkdirSync(dirname(picture.file), { recursive: true });
  if (picture.file.endsWith('.html')) writeFileSync(picture.file, page);
  else photograph(page, picture, screen);
} finally {
  try {
    tmux('kill-server');
  } catch {
    // It ended with its only program.
  }
}

/** Runs the steps and returns the pane with its colours, without the empty lines at its end. */
async function take({ columns, rows, steps }: Picture): Promise<string> {
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-x',
    String(columns),
    '-y',
    String(rows),
    'env PS1="$ " bash --norc',
  );
  for (const { do: what, text } of steps) {
    if (what === 'run') tmux('send-keys', `clear; ${text}`, 'Enter');
    else if (what === 'type') tmux('send-keys', '-l', text);
    else if (what === 'key') tmux('send-keys', text);
    else await see(text);
  }
  // What is drawn last comes a frame after what was waited for.
  await delay(300);
  const lines = tmux('capture-pane', '-e', '-p').split('\n');
  const last = lines.findLastIndex((line) => stripVTControlCharacters(line).trim() !== '');
  return lines.slice(0, last + 1).join('\n');
}

async function see(text: string): Promise<void> {
  const until = Date.now() + PATIENCE;
  while (!tmux('capture-pane', '-p').includes(text)) {
    if (Date.now() > until) throw new Error(`"${text}" did not appear:\n${tmux('capture-pane', '-p')}`);
    await delay(50);
  }
}

function toPage(screen: string, { title }: Picture): string {
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  ansi.faintStyle = 'opacity:.62';
  // The library knows no inverse video, which only the cursor uses.
  const introducer = String.fromCharCode(27);
  const body = ansi.ansi_to_html(screen.replaceAll(`${introducer}[7m`, `${introducer}[30;47m`));
  return `<!doctype html><meta charset="utf-8"><style>
* { box-sizing: border-box }
body { margin: 0; background: #0d1117 }
main { color: #d8dee9; font: ${FONT}px/${LINE}px "DejaVu Sans Mono", Menlo, Consolas, monospace }
header { height: ${BAR}px; line-height: ${BAR}px; text-align: center; color: #8b949e; background: #161b22; font-size: 13px; position: relative }
header::before { content: "● ● ●"; position: absolute; left: ${PADDING}px; color: #484f58; letter-spacing: 2px }
pre { margin: 0; padding: ${PADDING}px; font: inherit }
.ansi-black-fg { color: #0d1117 } .ansi-white-bg { background: #d8dee9 }
.ansi-red-fg { color: #ff7b72 } .ansi-green-fg { color: #7ee787 } .ansi-yellow-fg { color: #e3b341 }
.ansi-blue-fg { color: #79c0ff } .ansi-magenta-fg { color: #d2a8ff } .ansi-cyan-fg { color: #76e3ea }
</style><main><header>${escapeHtml(title)}</header><pre>${body}</pre></main>`;
}

function photograph(page: string, { file, columns }: Picture, screen: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  const html = join(folder, 'page.html');
  writeFileSync(html, page);
  const width = Math.ceil(columns * FONT * LETTER) + 2 * PADDING;
  const height = screen.split('\n').length * LINE + 2 * PADDING + BAR;
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--hide-scrollbars'];
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const shot = [`--user-data-dir=${join(folder, 'profile')}`, `--window-size=${width},${height}`];
  const scale = ['--force-device-scale-factor=2', `--screenshot=${file}`];
  try {
    const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
    execFileSync(browser, [...flags, ...quiet, ...shot, ...scale, `file://${html}`], { stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function readArguments([file, ...rest]: string[]): Picture {
  if (!file || file.startsWith('--')) throw new Error('Name the picture first: docs/media/chat.png');
  const found: Picture = { file, columns: 100, rows: 34, title: 'directus-assistant', steps: [] };
  for (let at = 0; at < rest.length; at += 2) {
    const [flag = '', text = ''] = rest.slice(at, at + 2);
    const step = /^--(run|type|key|see)$/.exec(flag)?.[1] as Step['do'] | undefined;
    if (step) found.steps.push({ do: step, text });
    else if (flag === '--title') found.title = text;
    else if (flag === '--size') [found.columns = 100, found.rows = 34] = text.split('x').map(Number);
    else throw new Error(`There is no ${flag}.`);
  }
  return found;
}
