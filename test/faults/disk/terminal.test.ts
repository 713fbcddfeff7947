import { expect, test } from 'vitest';
import { mockModels } from '../../host/fixtures/setup.ts';
import { noTerminal, openPane } from '../fixtures/pane.ts';
import { programAt } from '../fixtures/program.ts';
import { sizeLimit } from './places.ts';

test('a chat in a terminal that can keep nothing answers all the same, and says so', {
  timeout: 60_000,
}, async ({ skip }) => {
  if (noTerminal) return skip(noTerminal);
  const mock = await mockModels();
  mock.onMessage('hello', { content: 'Hello to you.' });
  mock.onMessage('once more', { content: 'And again.' });
  const program = programAt(mock.url);
  // The words stand in quotes, which one of them would end.
  const before = sizeLimit(0).map((word) => word.replaceAll("'", ''));
  const pane = openPane(program, { before });
  await pane.see('This conversation is not kept: it is gone when it is left.');
  await pane.see('ulimit -f');
  pane.keys('hello', 'Enter');
  await pane.see('Hello to you.');
  await pane.see('What was used cannot be written down (EFBIG)');
  pane.keys('once more', 'Enter');
  await pane.see('And again.');
  pane.keys('C-c');
  const { out } = await program.run(['history', '--json']);
  expect(JSON.parse(out)).toEqual([]);
});
