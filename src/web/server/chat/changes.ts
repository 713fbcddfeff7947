import { type CallRecord, callKey } from '../../../host/index.ts';
import type { Changes } from '../../api.ts';
import { ProblemError } from '../problem.ts';
import { outputView } from './output.ts';

/** What the calls of a conversation changed, the oldest first. */
export function changesOf(calls: Iterable<CallRecord>): Changes {
  const changes = [...calls].filter(mayHaveChanged).map((record) => ({
    toolCallId: record.toolCallId,
    call: callKey(record),
    effect: record.effect,
    text: outputView(record.output ?? '', record.isError ?? false).text,
    ok: record.state === 'done' && !record.isError,
  }));
  return { changes };
}

/**
 * What a person would say to have changes taken back.
 * @param toolCallIds of the calls whose changes are meant; all of the conversation without them
 * @throws ProblemError when nothing was changed
 */
export function undoWords(
  calls: ReadonlyMap<string, CallRecord>,
  toolCallIds: readonly string[] | undefined,
): string {
  const changed = [...calls.values()].filter(mayHaveChanged);
  if (changed.length === 0)
    throw new ProblemError(
      'invalid',
      'Nothing was changed in this conversation, so there is nothing to take back.',
    );
  if (!toolCallIds) return 'Undo what you did.';
  const meant = changed.filter(({ toolCallId }) => toolCallIds.includes(toolCallId));
  if (meant.length === 0) throw new ProblemError('not-found', 'That change is not of this conversation.');
  const named = meant.map((record) => `- ${callKey(record)} ${JSON.stringify(record.input)}`);
  return `Undo only what these calls of yours changed:\n${named.join('\n')}`;
}

/** A call that was cut off while it ran has perhaps done its work. */
const mayHaveChanged = ({ effect, state, isError }: CallRecord): boolean =>
  effect !== 'read' && (state === 'done' ? !isError : state === 'failed' || state === 'running');
