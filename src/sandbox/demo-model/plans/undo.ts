import type { Words } from '../grammar.ts';
import { counted, quote, table } from '../markdown.ts';
import { ask, call, type Done, type Plan, Tell } from '../plan.ts';
import { type Row, rowsOf } from '../reply.ts';
import { keyIn } from './write.ts';

/** Changes that are listed at once: so few that a host does not put them aside while the work goes on. */
const PAGE = 20;
/** Changes of others that are looked through for those of this conversation. */
const OTHERS = 100;

/** A change as the history lists it, newest first. */
type Change = { number: number; did: string; inForce: boolean };

/** Takes back what this conversation has changed, and nothing that was changed beside it. */
export function* undoOwn(_words: Words, earlier: Done[]): Plan {
  const own = earlier.flatMap(phraseOf);
  if (own.length === 0) throw new Tell('I know of nothing that I have changed in this conversation.');
  const listed = yield* list({}, own.length + OTHERS);
  const mine = listed.filter(({ did }) => consume(own, did));
  const due = mine.filter(({ inForce }) => inForce);
  const oldest = due.at(-1);
  if (!oldest) return 'Nothing is left of what I have changed in this conversation.';
  const between = listed.filter(({ inForce, number }) => inForce && number >= oldest.number);
  if (between.length === due.length) return yield* takeBack(String(oldest.number));
  const why = yield* oneByOne(due);
  return report(yield* list({ since: String(oldest.number) }), why, due);
}

/** Takes back everything since a time, or since the number of a change. */
export function* undoSince({ since = '' }: Words): Plan {
  return yield* takeBack(since.replace(/^change\s+/i, ''));
}

/** All at once, and then one by one what is older than something that cannot be taken back. */
function* takeBack(since: string): Plan {
  const before = (yield* list({ since })).filter(({ inForce }) => inForce);
  if (before.length === 0) return `Nothing was changed since ${since} that is still in force.`;
  const reply = yield* call({ tool: 'history', input: { action: 'undo', since } });
  if (reply.denied) throw new Tell('Undoing was not approved. Everything stays as it is.');
  const left = (yield* list({ since })).filter(({ inForce }) => inForce);
  if (left.length === 0) return report([], new Map(), before);
  const why = yield* oneByOne(left);
  return report(yield* list({ since }), why, before);
}

/** @returns why those that stay do, by their number */
function* oneByOne(changes: Change[]): Plan<Map<number, string>> {
  const why = new Map<number, string>();
  for (const { number } of changes) {
    const reply = yield* call({ tool: 'history', input: { action: 'undo', change: number } });
    if (reply.denied) why.set(number, 'It was not approved.');
    else if (reply.failed) why.set(number, reply.words);
  }
  return why;
}

/** This assistant's changes since a time or change, newest first, without what undoing did. */
function* list(span: { since?: string }, most = Number.POSITIVE_INFINITY): Plan<Change[]> {
  const changes: Change[] = [];
  for (let offset = 0; offset < most; offset += PAGE) {
    const query = { limit: PAGE, offset };
    const { data } = yield* ask('history', { action: 'changes', ...span, query });
    const rows = rowsOf(data);
    changes.push(...rows.map(toChange).filter(({ did }) => !did.startsWith('undid ')));
    if (rows.length < PAGE) break;
  }
  return changes;
}

const toChange = ({ change, did, undone }: Row): Change => ({
  number: Number(change),
  did: String(did),
  inForce: !undone || undone === 'in part',
});

const VERBS: Record<string, string> = { create: 'created', update: 'updated', delete: 'deleted' };

/** What the history says of a call that has changed one item, or may have: `updated articles 12`. */
function phraseOf({ tool, input, reply }: Done): string[] {
  const verb = VERBS[String(input.action)];
  if (!verb || reply.denied || (reply.failed && reply.cut !== 'unsure')) return [];
  const key = Array.isArray(input.keys) ? input.keys[0] : keyIn(reply);
  const collection = tool === 'items' ? input.collection : `directus_${tool}`;
  return key === undefined ? [] : [`${verb} ${collection} ${key}`];
}

/** Whether a change is one of those in `phrases`, each of which stands for one. */
function consume(phrases: string[], did: string): boolean {
  const at = phrases.findIndex((phrase) => did.split('; ').includes(phrase));
  if (at < 0) return false;
  phrases.splice(at, 1);
  return true;
}

function report(now: Change[], why: Map<number, string>, asked: Change[]): string {
  const stays = now.filter(({ inForce, number }) => inForce && asked.some((one) => one.number === number));
  const gone = asked.filter(({ number }) => !stays.some((one) => one.number === number));
  // A change may be of several kinds: `deleted articles 12; deleted articles_tags 3, 4`.
  const parts = gone.flatMap(({ did }) => did.split('; '));
  const kinds = Map.groupBy(parts, (part) => part.split(' ').slice(0, 2).join(' '));
  const rows = [...kinds].map(([what, { length }]) => ({ 'taken back': what, changes: length }));
  const reasons = stays.map(
    ({ number, did }) => `Change ${number} (${did}) stays.\n\n${quote(why.get(number) ?? '')}`,
  );
  return [
    `Taken back: ${gone.length} of ${counted(asked.length, 'change')}, as the history shows.`,
    ...(rows.length > 0 ? [table(rows, ['taken back', 'changes'])] : []),
    ...reasons,
  ].join('\n\n');
}
