import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConversations } from '../../../src/host/conversations/file-store.ts';
import { openLedger } from '../../../src/host/costs/ledger.ts';
import { startProxy } from '../../live/proxy.ts';
import { noTerminal, openPane } from '../fixtures/pane.ts';
import { type Program, programAt } from '../fixtures/program.ts';
import { type WritingModel, writingModel } from '../fixtures/writing-model.ts';
import { randomFrom } from '../random.ts';
import { KILLS, moment, mustBeTrue, nobodyIsLeft, TIMEOUT_MS, type Watched, writtenOf } from './murder.ts';

/** Lets a chat write an article and kills it at some moment of that. @returns what it said */
type Murder = (name: string, program: Program, watched: Watched, random: () => number) => Promise<string>;

const never = new Promise<never>(() => {});

const ways: [string, Murder][] = [
  [
    'for a script',
    async (name, program, watched, random) => {
      const words = ['chat', '-p', `write ${name}`, '--approve', 'all'];
      const chat = program.start(words, { env: { DIRECTUS_URL: watched.proxy.url } });
      await moment(random, watched, chat.ended);
      chat.child.kill('SIGKILL');
      return (await chat.ended).out;
    },
  ],
  [
    'in a terminal, after the approval of its change',
    async (name, program, watched, random) => {
      const pane = openPane(program, { DIRECTUS_URL: watched.proxy.url });
      await pane.see('/help shows');
      pane.keys(`write ${name}`, 'Enter');
      await pane.see('Run items.create?');
      const killed = moment(random, watched, never).then(pane.kill);
      pane.keys('y');
      await killed;
      return '';
    },
  ],
];

test.for(ways)(
  `a chat %s that is killed ${KILLS} times is taken up each time, and says of its change what is so`,
  { timeout: TIMEOUT_MS },
  async ([way, murder], { skip }) => {
    if (noTerminal && way.includes('terminal')) return skip(noTerminal);
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const model = await writingModel();
    const program = programAt(model.url);
    const random = randomFrom(11);
    const mark = `kill-host-${randomUUID()}`;
    for (let kill = 0; kill < KILLS; kill++) {
      const name = `${mark}-${kill}`;
      const before = model.last();
      const out = await murder(name, program, { model, proxy }, random);
      await nobodyIsLeft(program.home);
      const told = await resume(name, program, model, model.last() !== before);
      if (out !== '') expect(told).toBeDefined();
      mustBeTrue(told, await writtenOf(name));
    }
  },
);

/**
 * Takes the conversation up in which an article was to be written, and asks something else in it.
 * @param wasAsked whether the model had been asked for it: then it must be there
 * @returns what the model is told of the outcome of its call
 */
async function resume(name: string, program: Program, model: WritingModel, wasAsked: boolean) {
  const folder = join(program.data, 'directus-assistant');
  const conversations = openConversations({ folder });
  const killed = (await conversations.list()).find(({ title }) => title.includes(name));
  if (wasAsked) expect(killed, 'what was said is kept').toBeDefined();
  // What was used can be read, whatever was being written.
  await openLedger({ folder }).entries();
  if (!killed) return undefined;
  const resumed = await program.run(['chat', '-p', 'what now', '--resume', killed.id]);
  expect(resumed).toMatchObject({ code: 0, out: 'So it is.\n' });
  const exported = await conversations.exportAs(killed.id, 'json');
  for (const words of [name, 'what now', 'So it is.']) expect(exported).toContain(words);
  const results = model.last().filter(({ role }) => role === 'tool');
  expect(results.length).toBeLessThanOrEqual(1);
  return results[0] && JSON.stringify(results[0].content);
}
