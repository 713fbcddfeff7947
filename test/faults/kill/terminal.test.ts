import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startProxy, type TestProxy } from '../../live/proxy.ts';
import { noTerminal, openPane, type Pane } from '../fixtures/pane.ts';
import { type Program, programAt } from '../fixtures/program.ts';
import { type WritingModel, writingModel } from '../fixtures/writing-model.ts';
import { FULL } from '../length.ts';
import { randomFrom } from '../random.ts';
import { mustBeTrue, nobodyIsLeft, TIMEOUT_MS, writtenOf } from './murder.ts';
import { resume } from './resume.ts';

const MOMENTS = [
  'before the person is asked',
  'while the person is asked',
  'as the person says yes',
  'while the tool runs',
  'while the model answers',
] as const;
type Moment = (typeof MOMENTS)[number];

const KILLS = FULL ? 20 : 1;
const CARD = 'Run items.create?';

test.for(MOMENTS)(
  `a chat in a terminal that is killed %s is taken up, ${KILLS} times`,
  {
    timeout: TIMEOUT_MS,
  },
  async (which, { skip }) => {
    if (noTerminal) return skip(noTerminal);
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const model = await writingModel();
    const program = programAt(model.url);
    const random = randomFrom(37 + MOMENTS.indexOf(which));
    const mark = `kt-${randomUUID().slice(0, 8)}`;
    for (let kill = 0; kill < KILLS; kill++) {
      const name = `${mark}-${kill}`;
      const pane = openPane(program, { env: { DIRECTUS_URL: proxy.url } });
      await moment(which, { name, pane, model, proxy });
      if (which === 'while the person is asked') await expectHeld(program, name);
      await wait(random() * 150);
      await pane.kill();
      await nobodyIsLeft(program.home);
      // By turns the terminal or a script is first: a script answers what waits by saying something else.
      const isFirst = random() < 0.5;
      const last = random() < 0.5;
      if (isFirst) await lookIn(openPane(program, { words: ['--continue'] }), name);
      mustBeTrue(await resume(name, program, { model, wasAsked: true, last }), await writtenOf(name));
      if (!isFirst) await lookIn(openPane(program, { words: ['--continue'] }), name);
      await nobodyIsLeft(program.home);
    }
  },
);

type Watched = { name: string; pane: Pane; model: WritingModel; proxy: TestProxy };

/** Lets an article be written in the pane as far as to this moment. */
async function moment(which: Moment, { name, pane, model, proxy }: Watched): Promise<void> {
  const [asked, written, askedAgain] = [signal(), signal(), signal()];
  let requests = 0;
  model.onRequest(() => {
    requests += 1;
    (requests === 1 ? asked : askedAgain).come();
  });
  proxy.interfere(({ method, path }) => {
    if (method === 'POST' && path === '/items/articles') written.come();
    return false;
  });
  await pane.see('/help shows');
  pane.keys(`write ${name}`, 'Enter');
  if (which === 'before the person is asked') return asked.came;
  await pane.see(CARD);
  if (which === 'while the person is asked') return;
  pane.keys('y');
  if (which === 'while the tool runs') await written.came;
  if (which === 'while the model answers') await askedAgain.came;
}

function signal() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { came: promise, come: resolve };
}

/** Meanwhile the conversation is this chat's: a script is told whose it is, and takes nothing from it. */
async function expectHeld(program: Program, name: string): Promise<void> {
  const { code, out, err } = await program.run(['chat', '-p', 'what now', '--continue']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(
    /^error: Conversation \S+ is open in another chat \(process \d+\)\. Close it there first\.$/m,
  );
  expect(await writtenOf(name)).toBe(0);
}

/** What is shown of the article must be so; where it is asked about again, it is written when the person says yes. */
async function lookIn(pane: Pane, name: string): Promise<void> {
  const shown = await pane.until(
    (text) => text.includes('/help shows') && !text.includes('Asking what the waiting calls would do'),
  );
  expect(shown).toContain(`write ${name}`);
  if (shown.includes(CARD)) {
    expect(await writtenOf(name)).toBe(0);
    pane.keys('y');
    await pane.see('So it is.');
    expect(await writtenOf(name)).toBe(1);
  } else mustBeTrue(/[−✗✓] items\.create.*/.exec(shown)?.[0], await writtenOf(name));
  await pane.kill();
}
