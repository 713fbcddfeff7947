import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planted } from '../secrets-planted.ts';
import { sharedDirectus } from './shared-directus.ts';

const BIN = join(import.meta.dirname, '../../dist/bin.js');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command in a folder of its own, as the given user of the sandbox. */
function run(args: string[], env: Record<string, string> = {}) {
  const { url, admin } = sharedDirectus();
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      DIRECTUS_URL: url,
      DIRECTUS_TOKEN: admin.token,
      ...env,
    },
  });
  return { status, stdout, stderr };
}

const file = () => JSON.parse(readFileSync(join(folder, 'directus-assistant.json'), 'utf8'));

type Listed = {
  problems: string[];
  totals: Record<string, number>;
  tools: { tool: string; actions: { action: string; enabled: boolean; why?: string }[] }[];
};

function listed(env: Record<string, string> = {}, ...flags: string[]): Listed {
  return JSON.parse(run(['tools', '--json', ...flags], env).stdout);
}
const state = ({ tools }: Listed, tool: string, action: string) =>
  tools.find((one) => one.tool === tool)?.actions.find((one) => one.action === action);

describe('tools', () => {
  test('says for every action whether it is on, or why not, and what it costs', () => {
    const all = listed();
    expect(state(all, 'items', 'read')).toMatchObject({ enabled: true });
    expect(state(all, 'items', 'delete')).toMatchObject({
      enabled: false,
      why: expect.stringContaining('allowDeletes'),
    });
    expect(all.totals.registry).toBeLessThan(all.totals.readOnly ?? 0);
    expect(all.totals.readOnly).toBeLessThan(all.totals.default ?? 0);
  });

  test('leaves out what the Directus user has no right to', () => {
    const { readonly } = sharedDirectus();
    expect(state(listed({ DIRECTUS_TOKEN: readonly.token }), 'items', 'create')).toMatchObject({
      enabled: false,
      why: expect.stringContaining('no right'),
    });
  });

  test('disable and enable write the settings file and leave the rest of it alone', () => {
    writeFileSync(join(folder, 'directus-assistant.json'), '{"limits":{"rows":10}}');
    expect(run(['tools', 'disable', 'items.update']).status).toBe(0);
    expect(file()).toEqual({ limits: { rows: 10 }, tools: { exclude: ['items.update'] } });
    expect(state(listed(), 'items', 'update')).toMatchObject({
      enabled: false,
      why: expect.stringContaining('tools.exclude'),
    });
    expect(run(['tools', 'enable', 'items.update']).status).toBe(0);
    expect(file().tools.exclude).toEqual([]);
  });

  test('an unknown name is refused with the nearest one, and nothing is written', () => {
    const { status, stderr } = run(['tools', 'disable', 'itms.delete']);
    expect(status).toBe(2);
    expect(stderr).toContain('"items.delete"');
    expect(() => file()).toThrow();
  });

  test('enable says when something else keeps it off', () => {
    expect(run(['tools', 'enable', 'items.delete']).stdout).toContain('allowDeletes');
  });

  test('A26 an unknown name in DISABLE_TOOLS leaves only reading, here too', () => {
    const all = listed({ DISABLE_TOOLS: 'flow' });
    expect(all.problems.join()).toContain('"flows"');
    expect(state(all, 'items', 'create')?.enabled).toBe(false);
    expect(state(all, 'items', 'read')?.enabled).toBe(true);
  });
});

describe('settings', () => {
  test('shows values with their origin, and masks secrets', () => {
    const secret = planted.token;
    const { stdout, status } = run(['settings'], {
      DIRECTUS_TOKEN: secret,
      OPENAI_API_KEY: planted.environmentKey,
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/directus\.url .*from DIRECTUS_URL/);
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain(planted.environmentKey);
  });

  test('--schema prints a JSON Schema that knows every setting', () => {
    const { properties } = JSON.parse(run(['settings', '--schema']).stdout);
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['directus', 'readOnly', 'tools', 'ai']));
  });

  test('says what is wrong with the file, and fails', () => {
    writeFileSync(join(folder, 'directus-assistant.json'), '{"readOnyl":true,"limits":{"rows":');
    const { stdout, status } = run(['settings']);
    expect(status).toBe(1);
    expect(stdout).toContain('cannot be read');
  });
});

describe('the command line', () => {
  test.each([
    [['mpc'], 'mcp'],
    [['mcp', '--read-onyl'], '--read-only'],
    [['tools', '--jsn'], '--json'],
  ])('%j: an error with the nearest one', (args, nearest) => {
    const { status, stderr } = run(args);
    expect(status).not.toBe(0);
    expect(stderr).toContain(nearest);
  });

  test.each([['mcp'], ['chat'], ['tools'], ['settings'], ['doctor'], ['sandbox'], ['demo']])(
    '%s --help has examples',
    (command) => {
      const { status, stdout } = run([command, '--help']);
      expect(status).toBe(0);
      expect(stdout).toContain(`$ directus-assistant ${command}`);
    },
  );

  test('a word after a command that takes none is refused', () => {
    const { status, stderr } = run(['mcp', 'now']);
    expect(status).not.toBe(0);
    expect(stderr).toContain('too many arguments');
  });
});
