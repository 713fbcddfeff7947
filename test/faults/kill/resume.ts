import { join } from 'node:path';
import { expect } from 'vitest';
import { openConversations } from '../../../src/host/conversations/file-store.ts';
import { openLedger } from '../../../src/host/costs/ledger.ts';
import type { Program } from '../fixtures/program.ts';
import type { WritingModel } from '../fixtures/writing-model.ts';

type How = {
  model: WritingModel;
  /** Whether the model had been asked for the article: then the conversation must be there. */
  wasAsked: boolean;
  /** Takes up the last one, and does not name it. */
  last?: boolean;
};

/**
 * Takes the conversation up in which an article was to be written, as a script, and asks something else in it.
 * @returns what the model is told of the outcome of its call
 */
export async function resume(
  name: string,
  program: Program,
  { model, wasAsked, last }: How,
): Promise<string | undefined> {
  const folder = join(program.data, 'directus-assistant');
  const conversations = openConversations({ folder });
  const killed = (await conversations.list()).find(({ title }) => title.includes(name));
  if (wasAsked) expect(killed, 'what was said is kept').toBeDefined();
  // What was used can be read, whatever was being written.
  await openLedger({ folder }).entries();
  if (!killed) return undefined;
  const which = last ? ['--continue'] : ['--resume', killed.id];
  const resumed = await program.run(['chat', '-p', 'what now', ...which]);
  expect(resumed).toMatchObject({ code: 0, out: 'So it is.\n' });
  const exported = await conversations.exportAs(killed.id, 'json');
  for (const words of [name, 'what now', 'So it is.']) expect(exported).toContain(words);
  const results = model.last().filter(({ role }) => role === 'tool');
  expect(results.length).toBeLessThanOrEqual(1);
  return results[0] && JSON.stringify(results[0].content);
}
