import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConversations } from '../../../src/host/conversations/file-store.ts';
import { openLedger } from '../../../src/host/costs/ledger.ts';
import { startProxy } from '../../live/proxy.ts';
import { type Program, programAt } from '../fixtures/program.ts';
import { type WritingModel, writingModel } from '../fixtures/writing-model.ts';
import { randomFrom } from '../random.ts';
import { KILLS, moment, mustBeTrue, nobodyIsLeft, TIMEOUT_MS, writtenOf } from './murder.ts';

test(`a chat for a script that is killed ${KILLS} times is taken up each time, and says of its change what is so`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const model = await writingModel();
  const program = programAt(model.url);
  const random = randomFrom(11);
  const mark = `kill-host-${randomUUID()}`;
  for (let kill = 0; kill < KILLS; kill++) {
    const name = `${mark}-${kill}`;
    const before = model.last();
    const chat = program.start(['chat', '-p', `write ${name}`, '--approve', 'all'], {
      env: { DIRECTUS_URL: proxy.url },
    });
    await moment(random, { model, proxy }, chat.ended);
    chat.child.kill('SIGKILL');
    const { out } = await chat.ended;
    await nobodyIsLeft(program.home);
    const told = await resume(name, program, model, model.last() !== before);
    if (out !== '') expect(told).toBeDefined();
    mustBeTrue(told, await writtenOf(name));
  }
});

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
