import {
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
} from '@modelcontextprotocol/server';
import { readerOf } from '../directus/connection.ts';
import { ToolError } from '../directus/errors.ts';
import { refuseUnlessAdmin } from '../directus/forbidden.ts';
import { isObject } from '../directus/objects.ts';
import type { Key } from '../directus/types.ts';
import { availableActions, whyNarrowed } from '../guard/select.ts';
import { renderError } from '../result/errors.ts';
import { render } from '../result/render.ts';
import type { Reply } from '../result/reply.ts';
import { didYouMean } from '../settings/suggest.ts';
import type { Tool } from '../tools/define.ts';
import { tools } from '../tools/list.ts';
import { isPlan } from '../tools/plan.ts';
import { type Given, readArguments } from './arguments.ts';
import { type Consent, carryOut } from './change.ts';
import { withTopic } from './more.ts';
import type { Called, Session } from './session.ts';
import { inTurnAt } from './turns.ts';
import { onlyRead, PREVIEW_META } from './wire.ts';

export type CallOptions = {
  signal: AbortSignal;
  progress(done: number, total?: number, message?: string): void;
  /** Whether the client can put a question to its person. */
  canAsk: boolean;
  /** What the person answered, when this call was asked about. */
  answer?: Consent['answer'];
};

/**
 * The one way to a tool, whoever calls and in whichever mode: does it exist for this caller, are the arguments
 * right, then run it, make or hold the change it plans, and render what comes back. Never throws: an error is a
 * reply that says what to do.
 */
export async function callTool(
  session: Session,
  name: string,
  args: unknown,
  options: CallOptions,
): Promise<CallToolResult | InputRequiredResult> {
  const began = performance.now();
  const reply = await answerCall(session, name, args, options);
  session.onCall?.({ ...namesOf(name, args), outcome: outcomeOf(reply), ms: performance.now() - began });
  return reply;
}

async function answerCall(
  session: Session,
  name: string,
  args: unknown,
  options: CallOptions,
): Promise<CallToolResult | InputRequiredResult> {
  const input: Record<string, unknown> = isObject(args) ? args : {};
  const place = {
    collection: placeOf(name, input),
    action: typeof input.action === 'string' ? input.action : undefined,
    keys: keysIn(input),
    directus: session.directus,
    signal: options.signal,
  };
  try {
    const tool = findTool(session, name);
    if (!isObject(args)) {
      throw new ToolError(
        'INVALID_PAYLOAD',
        `The arguments (input) of ${name} must be a JSON object, and are not. Nothing was done.`,
        'Check quotes and brackets.',
      );
    }
    const action = findAction(session, tool, input.action ?? (await onlyAction(session, tool)));
    const { signal } = options;
    const work = () => perform(session, { tool, action, ...readArguments(tool, action, input) }, options);
    const reads = tool.actions[action]?.effect === 'read';
    return await (tool.toolset === 'model' && !reads ? inTurnAt(session.directus.url, signal, work) : work());
  } catch (error) {
    return withTopic(session, name, await renderError(error, session.schema, place));
  }
}

type Wanted = Given & { tool: Tool; action: string };

/** Runs the action, and makes or holds the change it plans. */
async function perform(
  session: Session,
  { tool, action, parsed, changed, dryRun, confirm }: Wanted,
  { signal, progress, canAsk, answer }: CallOptions,
): Promise<CallToolResult | InputRequiredResult> {
  const { schema, settings } = session;
  const show = (reply: Reply) => render(noting(reply, changed), settings.limits.replyTokens);
  const result = await tool.run(
    { directus: readerOf(session.directus), schema, settings, signal, progress },
    { action, input: parsed as never },
  );
  if (!isPlan(result)) return { content: show(result) };
  if (tool.toolset === 'model' && !(await session.rights())?.admin)
    await refuseUnlessAdmin(session.directus, 'changing the data model', signal);
  const { effect = 'write' } = tool.actions[action] ?? {};
  const work = { call: `${tool.name}.${action}`, effect, input: parsed, plan: result };
  const outcome = await carryOut(session, { ...work, consent: { dryRun, confirm, canAsk, answer } }, signal);
  if (outcome.is === 'asked') return outcome.ask;
  const content = show(outcome.reply);
  if (outcome.is === 'done') return { content };
  const _meta = { [PREVIEW_META]: outcome.preview };
  // What only checks for success must not take a change that waits for one that was made.
  return outcome.is === 'held' ? { isError: true, content, _meta } : { content, _meta };
}

function namesOf(name: string, args: unknown): { tool: string; action?: string } {
  const tool = tools.find((one) => one.name === name);
  const action = isObject(args) ? args.action : undefined;
  const known = typeof action === 'string' && tool && Object.hasOwn(tool.actions, action);
  return { tool: tool?.name ?? 'unknown', ...(known ? { action } : {}) };
}

function outcomeOf(reply: CallToolResult | InputRequiredResult): Called['outcome'] {
  if (isInputRequiredResult(reply)) return 'asked';
  return reply.isError ? 'error' : 'ok';
}

function findTool(session: Session, name: string): Tool {
  const tool = tools.find((one) => one.name === name);
  if (tool) return tool;
  const known = tools
    .filter((one) => availableActions(session.allowed, one).length > 0)
    .map((one) => one.name);
  throw new ToolError(
    'UNKNOWN_TOOL',
    `There is no tool "${name.slice(0, 60)}".${didYouMean(name, known)}`,
    `Tools: ${known.join(', ')}.`,
  );
}

/** Where a tool was listed with one action, which reads, its name need not be given. */
async function onlyAction(session: Session, tool: Tool): Promise<string | undefined> {
  return onlyRead(tool, availableActions(await session.offered(), tool));
}

function findAction(session: Session, tool: Tool, given: unknown): string {
  const known = Object.keys(tool.actions);
  const wanted = known.includes('') ? '' : given;
  const available = availableActions(session.allowed, tool).filter(Boolean);
  if (typeof wanted !== 'string' || !known.includes(wanted)) {
    const said =
      wanted === undefined ? 'needs an action' : `has no action ${JSON.stringify(wanted)?.slice(0, 60)}`;
    const near = typeof wanted === 'string' ? didYouMean(wanted, known) : '';
    throw new ToolError(
      'INVALID_PAYLOAD',
      `${tool.name} ${said}.${near}`,
      `Actions: ${available.join(', ') || 'none available'}.`,
    );
  }
  const why = session.allowed.whyNot(tool, wanted);
  if (why) {
    const call = wanted ? `${tool.name}.${wanted}` : tool.name;
    throw new ToolError(
      'NOT_AVAILABLE',
      `${call} is not available. ${why} Nothing was changed.`,
      why === whyNarrowed(session.narrowing, tool, wanted)
        ? 'Its address or headers ask for less than there is; whoever set it up can change that.'
        : 'Only an administrator can change this, in the settings of directus-assistant.',
    );
  }
  return wanted;
}

/** Says which arguments were understood from text, so that nobody wonders what was run. */
function noting(reply: Reply, changed: string[]): Reply {
  if (changed.length === 0) return reply;
  const inData = reply.info?.readFromText;
  const all = [...changed, ...(Array.isArray(inData) ? inData : [])];
  return { ...reply, info: { ...reply.info, readFromText: all.slice(0, 10) } };
}

/** The keys that a call names, for an error to tell which of them it is about. */
function keysIn({ keys, key, id }: Record<string, unknown>): Key[] {
  return [keys ?? key ?? id].flat().filter((one): one is Key => ['string', 'number'].includes(typeof one));
}

const COLLECTION_OF: Record<string, string> = {
  files: 'directus_files',
  assets: 'directus_files',
  folders: 'directus_folders',
  flows: 'directus_flows',
  operations: 'directus_operations',
  dashboards: 'directus_dashboards',
  translations: 'directus_translations',
};

function placeOf(tool: string, input: Record<string, unknown>): string | undefined {
  if (typeof input.collection === 'string') return input.collection;
  if (tool === 'access' && typeof input.kind === 'string') return `directus_${input.kind}`;
  return Object.hasOwn(COLLECTION_OF, tool) ? COLLECTION_OF[tool] : undefined;
}
