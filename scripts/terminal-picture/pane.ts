import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Moment, Picture, Step } from './picture.ts';

const PATIENCE = 120_000;
const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/**
 * Plays a session in a pane of tmux, in a folder of its own.
 * @param env variables of the shell in the pane
 * @returns its moments
 * @throws when something that is waited for does not appear, with what is there instead
 */
export async function play(picture: Picture, env: Record<string, string>): Promise<Moment[]> {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-S', join(folder, 'socket'), ...args], { encoding: 'utf8' });
  try {
    tmux('-f', '/dev/null', 'new-session', '-d', ...sizeOf(picture), ...shellIn(folder, env));
    const moments: Moment[] = [];
    for (const step of picture.steps) {
      const caption = await act(tmux, step);
      if (caption !== undefined) moments.push({ caption, screen: await screenOf(tmux) });
    }
    return moments;
  } finally {
    try {
      tmux('kill-server');
    } catch {
      // It ended with its only program.
    }
    // The program may still be writing while it ends.
    await rm(folder, { recursive: true, force: true, maxRetries: 15 });
  }
}

type Tmux = (...args: string[]) => string;

const sizeOf = ({ columns, rows }: Picture): string[] => ['-x', String(columns), '-y', String(rows)];

/** A shell with nothing of the caller's settings and history, to which our program is a command. */
function shellIn(folder: string, env: Record<string, string>): string[] {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const command = join(bin, 'directus-assistant');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(command, 0o755);
  const variables = {
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    TERM: 'tmux-256color',
    LANG: 'C.UTF-8',
    HOME: folder,
    PS1: '$ ',
    HISTFILE: '',
    ...env,
  };
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return ['-c', folder, 'env', '-i', ...set, 'bash', '--norc', '--noprofile'];
}

/** @returns the caption where a moment is kept */
async function act(tmux: Tmux, step: Step): Promise<string | undefined> {
  if ('snap' in step) return step.snap;
  if ('run' in step) tmux('send-keys', `clear; ${step.run}`, 'Enter');
  else if ('type' in step) tmux('send-keys', '-l', step.type);
  else if ('key' in step) tmux('send-keys', step.key);
  else if ('kill' in step) kill(tmux);
  else await see(tmux, step.see);
  return undefined;
}

function kill(tmux: Tmux): void {
  const shell = tmux('display', '-p', '#{pane_pid}').trim();
  const [child] = execFileSync('pgrep', ['-P', shell], { encoding: 'utf8' }).split('\n');
  process.kill(Number(child), 'SIGKILL');
}

async function see(tmux: Tmux, wanted: string | RegExp): Promise<void> {
  const until = Date.now() + PATIENCE;
  const screen = () => tmux('capture-pane', '-p', '-J').replace(/\s+/g, ' ');
  const isThere = (text: string) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
  while (!isThere(screen())) {
    if (Date.now() > until) throw new Error(`"${wanted}" did not appear:\n${tmux('capture-pane', '-p')}`);
    await delay(30);
  }
}

/** The pane with its colours, without the empty lines at its end. */
async function screenOf(tmux: Tmux): Promise<string> {
  // What is drawn last comes a frame after what was waited for.
  await delay(300);
  const lines = tmux('capture-pane', '-e', '-p').split('\n');
  const last = lines.findLastIndex((line) => stripVTControlCharacters(line).trim() !== '');
  return lines.slice(0, last + 1).join('\n');
}
