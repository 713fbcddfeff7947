import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConversations } from '../../../src/host/conversations/file-store.ts';
import { openLedger } from '../../../src/host/costs/ledger.ts';
import { startProxy } from '../../live/proxy.ts';
import { programAt } from '../fixtures/program.ts';
import { type WritingModel, writingModel } from '../fixtures/writing-model.ts';
import { randomFrom } from '../random.ts';
import { KILLS, moment, mustBeTrue, nobodyIsLeft, TIMEOUT_MS, writtenOf } from './murder.ts';

test(
  `a chat that is killed ${KILLS} times is taken up each time, and says of its change what is so`,
  async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const model = await writingModel();
    const program = programAt(model.url);
    const folder = join(program.data, 'directus-assistant');
    const env = { DIRECTUS_URL: proxy.url };
    const random = randomFrom(11);
    const mark = `kill-host-${randomUUID()}`;
    for (let kill = 0; kill < KILLS; kill++) {
      const name = `${mark}-${kill}`;
      const words = ['chat', '-p', `write ${name}`, '--approve', 'all'];
      const before = model.last();
      const chat = program.start(words, { env });
      await moment(random, { model, proxy }, chat.ended);
      chat.child.kill('SIGKILL');
      const { out } = await chat.ended;
      await nobodyIsLeft(program.home);
      const wasAsked = model.last() !== before;

      const all = await openConversations({ folder }).list();
      const killed = all.find(({ title }) => title.includes(name));
      if (wasAsked) expect(killed, `kill ${kill}: what was said is kept`).toBeDefined();
      let told: string | undefined;
      if (killed) {
        const resumed = await program.run(['chat', '-p', 'what now', '--resume', killed.id], { env });
        expect(resumed).toMatchObject({ code: 0, out: 'So it is.\n' });
        told = toldOfCall(model);
        const exported = await openConversations({ folder }).exportAs(killed.id, 'json');
        for (const words of [name, 'what now', 'So it is.']) expect(exported).toContain(words);
        if (out !== '') expect(told).toBeDefined();
      }
      mustBeTrue(told, await writtenOf(name));
      await openLedger({ folder }).entries();
    }
  },
  TIMEOUT_MS,
);

/** What the model was told last of the outcome of its call; undefined when it knows of none. */
function toldOfCall(model: WritingModel): string | undefined {
  const results = model.last().filter(({ role }) => role === 'tool');
  expect(results.length).toBeLessThanOrEqual(1);
  return results[0] && JSON.stringify(results[0].content);
}
