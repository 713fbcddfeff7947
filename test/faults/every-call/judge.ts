import { expect } from 'vitest';
import type { Passed } from '../../live/proxy.ts';
import type { Answer } from '../../live/server.ts';
import type { GoodCall } from './good-calls.ts';

/** What became of a call: what was answered, what was sent to Directus, and whether Directus shows a change. */
export type Outcome = { call: GoodCall; answer: Answer; sent: Passed[]; changed: boolean };

const REPLY_TOKENS = 2000;
/** No token is longer on average, in anything that is answered here. */
const LONGEST_REPLY = REPLY_TOKENS * 5;

/** Settings of the servers that are judged. Nothing waits for a confirmation: what is not refused is done. */
export const ALL_ALLOWED = {
  allowDeletes: true,
  policy: { write: 'allow', delete: 'allow', schema: 'allow', automation: 'allow', access: 'allow' },
  limits: { replyTokens: REPLY_TOKENS },
  uploadHosts: ['0.0.0.0'],
};

export const isRead = ({ method }: Passed) => method === 'GET' || method === 'SEARCH';

/** Words by which a reply owns that something was changed, or may have been. */
const OWNS =
  /may or may not|whether|Before that|still there|was made|were made|anything changed|stays? so|is done|took effect/;
const DENIES = /Nothing (else )?was|was not (run|made|changed)|None was|No [a-z]+ was/;
const FROM_WITHIN = [
  'INTERNAL:',
  '<html',
  '<p>',
  '\n    at ',
  '[object Object]',
  'undefined',
  'Unexpected',
  'not iterable',
];

/** Fails when a reply is not true, not whole, or not ours, or when a write was sent twice. */
export function check({ answer, sent, changed, call }: Outcome): void {
  const { text, isError } = answer;
  for (const leak of FROM_WITHIN) expect(text).not.toContain(leak);
  expect(text.length).toBeLessThan(LONGEST_REPLY);
  const writes = sent
    .filter((one) => !isRead(one))
    .map(({ method, path, body }) => JSON.stringify([method, path, body]));
  expect(writes, 'each write is sent once').toEqual([...new Set(writes)]);
  const { confirm, updated, triggered, unchanged } = answer.info;
  if (typeof confirm === 'string' || updated === 0 || (triggered && unchanged)) {
    expect(changed, 'what is held, needed nothing, or is said to be as it was, was not changed').toBe(false);
  } else if (isError) {
    expect(text, 'an error has a code').toMatch(/^[A-Z][A-Z_0-9]+: ./);
    expect(text, 'an error says what to do').toMatch(/\n./);
    if (changed) expect(text, 'it was changed, and that is owned').toMatch(OWNS);
    if (changed) expect(text, 'it was changed, and that is not denied').not.toMatch(DENIES);
  } else if (call.look) {
    expect(changed, 'what is said to be changed was changed').toBe(true);
  }
}

/** A reply without what differs from one to the next. */
export const plain = ({ text, media }: Answer) =>
  text.replace(/data-[0-9a-f]+/g, 'data') + JSON.stringify(media);
