import { randomBytes } from 'node:crypto';
import { type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server';
import { nameOf, type Undo } from '../directus/agent.ts';
import {
  type Directus,
  type Method,
  type RequestOptions,
  readerOf,
  writerOf,
} from '../directus/connection.ts';
import { AfterChangeError, DirectusError, ToolError, UnreachableError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import {
  type Bound,
  mint,
  signingKey,
  type Use,
  VALID_MINUTES,
  type Verdict,
  verify,
} from '../guard/confirm.ts';
import { reasonsToConfirm } from '../guard/policy.ts';
import { overwritten } from '../guard/remember.ts';
import type { Effect } from '../guard/select.ts';
import { type Pending, previewReply } from '../result/preview.ts';
import { question } from '../result/question.ts';
import type { Reply } from '../result/reply.ts';
import type { Settings } from '../settings/schema.ts';
import type { Plan } from '../tools/plan.ts';
import type { Session } from './session.ts';

/** What a caller says about a change, beside the arguments of the tool. */
export type Consent = {
  /** Only look at what it would do. */
  dryRun: boolean;
  /** The token of a preview. */
  confirm?: string | undefined;
  /** Whether the client can put a question to its person. A model then cannot answer in the person's place. */
  canAsk: boolean;
  /** What the person answered to the question, when this is the call that was asked about. */
  answer?: { accepted: boolean; token: string } | undefined;
};

/** What became of a change. */
export type Outcome =
  | { is: 'done'; reply: Reply }
  /** It was only looked at (`dryRun`), or it waits for its confirmation (`held`). */
  | { is: 'dryRun' | 'held'; reply: Reply; preview: ShownPreview }
  | { is: 'asked'; ask: InputRequiredResult };

/** What a host shows its person of a change that was not made, and what it confirms it by. */
export type ShownPreview = { text: string; confirm?: string };

type Work = {
  call: string;
  effect: Effect;
  input: unknown;
  plan: Plan;
  consent: Consent;
  /** The settings in force at this moment. @throws ToolError where the call is not available by them */
  settingsNow(): Settings;
};

/**
 * The one place where changes are made, held or refused, whatever the tool.
 * @returns the reply of the change, or what it waits for
 * @throws ToolError when it is blocked or was declined
 */
export async function carryOut(session: Session, work: Work, signal: AbortSignal): Promise<Outcome> {
  const { plan, consent } = work;
  if (consent.answer && !consent.answer.accepted) throw declined();
  const reasons = reasonsToConfirm(plan, work.effect, session.settings);
  const { url } = session.directus;
  if (reasons.length === 0 && !consent.dryRun)
    return { is: 'done', reply: await apply(session, work, reasons, signal) };
  if (reasons.length === 0) {
    const pending = await pendingOf(plan, []);
    const reply = previewReply(pending, { dryRun: true });
    return { is: 'dryRun', reply, preview: { text: question(pending, url) } };
  }

  const key = signingKey(session.uses.secret(), credentialOf(session));
  const bound: Bound = { call: work.call, input: work.input, state: await plan.state() };
  const given = consent.canAsk ? consent.answer?.token : consent.confirm;
  let fault: string | undefined;
  if (given && !consent.dryRun) {
    const verdict = verify(key, given, bound);
    const standing = verdict === 'ok' ? await session.uses.use(given) : verdict;
    if (standing === 'first') return { is: 'done', reply: await apply(session, work, reasons, signal) };
    fault = FAULTS[standing];
  }
  const pending = await pendingOf(plan, reasons);
  const fresh = mint(key, bound, session.uses.giver);
  if (consent.canAsk && !consent.dryRun) return { is: 'asked', ask: ask(pending, url, fresh, fault) };
  // A client that can ask does so when the change is to be made; a token would let the model answer.
  const token = consent.canAsk ? {} : { confirm: fresh };
  const more = consent.canAsk ? {} : { confirm: fresh, next: NEXT };
  const preview = { text: question(pending, url), ...token };
  if (consent.dryRun)
    return { is: 'dryRun', reply: previewReply(pending, { dryRun: true, ...more }), preview };
  return {
    is: 'held',
    reply: previewReply(pending, { ...(fault ? { refused: fault } : {}), ...more }),
    preview,
  };
}

const NEXT = `Show this to the person. Only when they agree, repeat the same call with this confirm (valid ${VALID_MINUTES} minutes).`;

const FAULTS: Record<Exclude<Verdict | Use, 'ok' | 'first'>, string> = {
  'other call':
    'confirm belongs to another call, or to a server that has ended, or is none. It holds only for the very call it was given for.',
  expired: 'confirm has expired.',
  used: 'confirm was used already: that change was made once and is not made again by it.',
  changed: 'What this rests on changed since the preview. See the new preview.',
  gone: 'The server that gave confirm was restarted, and nobody knows whether it was used. See the new preview.',
};

function declined(): ToolError {
  return new ToolError(
    'DECLINED',
    'The person declined. Nothing was changed.',
    'Do not try again unless they ask for it.',
  );
}

function ask(pending: Pending, at: string, token: string, fault: string | undefined): InputRequiredResult {
  const message = [fault, question(pending, at)].filter(Boolean).join('\n');
  return inputRequired({
    inputRequests: {
      confirm: inputRequired.elicit({
        message,
        requestedSchema: {
          type: 'object',
          properties: { confirm: { type: 'boolean', title: 'Make this change' } },
          required: ['confirm'],
        },
      }),
    },
    requestState: token,
  });
}

/** The answer to our question in a repeated call; undefined in a first one. */
export function answerOf(responses: unknown, token: unknown): Consent['answer'] {
  if (typeof token !== 'string') return undefined;
  const answer = isObject(responses) ? responses.confirm : undefined;
  const content = isObject(answer) && answer.action === 'accept' ? answer.content : undefined;
  return { accepted: isObject(content) && content.confirm === true, token };
}

async function pendingOf(plan: Plan, reasons: string[]): Promise<Pending> {
  const { what, rows, deletes } = plan;
  return { what, rows, deletes, reasons, ...(await plan.preview()) };
}

/**
 * Makes the change, under a mark of its own: Directus notes the name of each request with the activity it causes, and
 * by it `history` finds what one call did, and what it overwrote.
 */
async function apply(session: Session, work: Work, reasons: string[], signal: AbortSignal): Promise<Reply> {
  signal.throwIfAborted();
  const { plan } = work;
  const { directus, schema } = session;
  const call = randomBytes(6).toString('hex');
  const look = { directus: readerOf(directus), schema, signal };
  let begun = false;
  let written = false;
  /** What the settings forbid by now is not begun; what was begun is brought to its end. */
  const begin = (method: Method) => {
    if (begun || !changes(method)) return;
    refuseForbidden(work, reasons);
    begun = true;
  };
  const noticing: Directus = {
    ...directus,
    async fetch(method, target, options) {
      begin(method);
      const answer = await directus.fetch(method, target, options);
      written ||= changes(method);
      return answer;
    },
    async request<T>(method: Method, target: string, options?: RequestOptions) {
      begin(method);
      const data = await directus.request<T>(method, target, options);
      written ||= changes(method);
      return data;
    },
  };
  const writer = (undo?: Undo) =>
    writerOf(noticing, async (change) => nameOf({ call, undo, was: await overwritten(look, change) }));
  try {
    return await plan.apply(writer(), writer);
  } catch (error) {
    const failed = error instanceof DirectusError || error instanceof UnreachableError;
    throw written && failed ? new AfterChangeError(error) : error;
  }
}

/** Refuses what the settings have come to forbid, or to want a confirmation for, while the call was under way. */
function refuseForbidden({ plan, effect, settingsNow }: Work, confirmed: string[]): void {
  const reasons = reasonsToConfirm(plan, effect, settingsNow());
  const fresh = reasons.filter((reason) => !confirmed.includes(reason));
  if (fresh.length === 0) return;
  throw new ToolError(
    'SETTINGS_CHANGED',
    `The settings changed during this call, and it must be confirmed now: ${fresh.join('; ')}. Nothing was changed.`,
    'Make the same call again.',
  );
}

const changes = (method: Method): boolean => method !== 'GET' && method !== 'SEARCH';

function credentialOf({ settings }: Session): string {
  const { url = '', token, email = '', password = '' } = settings.directus;
  return [url, token ?? email, password].join('\n');
}
