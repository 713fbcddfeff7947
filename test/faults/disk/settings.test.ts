import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { planted } from '../../secrets-planted.ts';
import { type Program, programAt } from '../fixtures/program.ts';
import { places } from './places.ts';

const NOWHERE = 'http://127.0.0.1:9';

/** Every command that writes settings. */
const commands: { words: string[]; input?: string }[] = [
  { words: ['tools', 'disable', 'items.delete'] },
  { words: ['providers', 'add', 'ollama', '--model', 'qwen3'] },
  { words: ['providers', 'key', 'local'], input: planted.otherKey },
  { words: ['providers', 'allow', 'local', 'another'] },
  { words: ['providers', 'remove', 'local'] },
  { words: ['settings', 'seal'] },
];

const run = (program: Program, { words, input }: (typeof commands)[number], before?: string[]) =>
  program.run(words, { ...(input !== undefined && { input }), ...(before && { before }) });

/** What is in the folder of the settings, but for what makes it full. */
const namesIn = ({ file }: Program) => readdirSync(dirname(file)).filter((name) => name !== 'filler');

describe('settings that cannot be written', () => {
  const all = places(() => {}).map(({ name }) => name);

  test.for(all)(
    '%s: each command says what to do, and leaves all as it was',
    { timeout: 60_000 },
    async (name, { skip }) => {
      const program = programAt(NOWHERE);
      const folder = dirname(program.file);
      const text = readFileSync(program.file, 'utf8');
      const place = places(() => writeFileSync(program.file, text)).find((one) => one.name === name);
      const opened = place?.shut?.(folder) ?? (() => {});
      if (typeof opened === 'string' || !place) return skip(`${name}: ${opened}`);
      let shut = true;
      const open = () => {
        if (shut) opened();
        shut = false;
      };
      onTestFinished(open);
      const before = namesIn(program);
      for (const command of commands) {
        const { code, err } = await run(program, command, place.before);
        expect(code, command.words.join(' ')).not.toBe(0);
        expect(err.trim().split('\n'), err).toHaveLength(1);
        expect(err).toContain(`${program.file} cannot be written (E`);
        expect(err).toMatch(place.remedy);
        expect(err).toContain('Nothing was changed.');
        expect(readFileSync(program.file, 'utf8')).toBe(text);
        expect(namesIn(program)).toEqual(before);
      }
      expect((await program.run(['settings', '--json'], place.before && { before: place.before })).code).toBe(
        0,
      );
      open();
      writeFileSync(program.file, text);
      for (const command of commands.slice(0, 3)) expect((await run(program, command)).code).toBe(0);
      expect(namesIn(program)).toEqual(['settings.json']);
    },
  );

  test('a file where their folder should be is said, and the file stays', async () => {
    const program = programAt(NOWHERE);
    const inTheWay = join(program.home, 'in-the-way');
    writeFileSync(inTheWay, 'kept');
    const words = ['tools', 'disable', 'items.delete', '--config', join(inTheWay, 'settings.json')];
    const { code, err } = await program.run([...words]);
    expect(code).toBe(2);
    expect(err).toMatch(
      /in-the-way\/settings\.json cannot be written \(E\w+\)\. Something that is no folder/,
    );
    expect(readFileSync(inTheWay, 'utf8')).toBe('kept');
  });
});

test('a lock that a full disk has left without words is not waited for as if somebody held it', async () => {
  const program = programAt(NOWHERE);
  writeFileSync(`${program.file}.lock`, '');
  const began = performance.now();
  const { code } = await program.run(['tools', 'disable', 'items.delete']);
  expect(code).toBe(0);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(namesIn(program)).toEqual(['settings.json']);
});
