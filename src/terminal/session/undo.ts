import type { CallRecord } from '../../host/index.ts';
import type { Parts } from './parts.ts';
import { say } from './say.ts';

/** What a person would say. */
const WORDS = 'Undo what you did.';

/**
 * `/undo`: asks the model to take back what it has changed here.
 * @throws an Error for people when there is nothing to take back, or no tool for it
 */
export async function undo(parts: Parts): Promise<void> {
  const { chat, servers } = parts;
  if (![...chat.calls.values()].some(mayHaveChanged)) {
    throw new Error('Nothing was changed in this conversation, so there is nothing to take back.');
  }
  if (!servers.list().some(({ actions }) => 'undo' in actions || 'history.undo' in actions)) {
    throw new Error('No connected server has a tool that takes changes back. /tools shows what there is.');
  }
  await say(parts, WORDS);
}

/** A call that was cut off while it ran has perhaps done its work. */
const mayHaveChanged = ({ effect, state, isError }: CallRecord): boolean =>
  effect !== 'read' && (state === 'done' ? !isError : state === 'failed' || state === 'running');
