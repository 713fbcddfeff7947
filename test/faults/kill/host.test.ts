import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { startProxy } from '../../live/proxy.ts';
import { programAt } from '../fixtures/program.ts';
import { writingModel } from '../fixtures/writing-model.ts';
import { randomFrom } from '../random.ts';
import { KILLS, moment, mustBeTrue, nobodyIsLeft, TIMEOUT_MS, writtenOf } from './murder.ts';
import { resume } from './resume.ts';

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
    const told = await resume(name, program, { model, wasAsked: model.last() !== before });
    if (out !== '') expect(told).toBeDefined();
    mustBeTrue(told, await writtenOf(name));
  }
});
