import {
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
} from '@modelcontextprotocol/server';
import { readerOf } from '../directus/connection.ts';
import { ToolError } from '../directus/errors.ts';
import { refuseUnlessAdmin } from '../directus/forbidden.ts';
import { isDeeper, isObject } from '../directus/objects.ts';
import type { Key } from '../directus/types.ts';
import { availableActions, whyNarrowed } from '../guard/select.ts';
import { renderError } from '../result/errors.ts';
import { render } from '../result/render.ts';
import type { Reply } from '../result/reply.ts';
import { didYouMean } from '../settings/suggest.ts';
import type { Tool } from '../tools/define.ts';
import { coerce, parseStrictly } from '../tools/input.ts';
import { tools } from '../tools/list.ts';
import { isPlan } from '../tools/plan.ts';
import { type Consent, carryOut } from './change.ts';
import { withTopic } from './more.ts';
import type { Called, Session } from './session.ts';
import { onlyRead, PREVIEW_META, toJsonSchema, withConsent } from './wire.ts';

export type CallOptions = {
  signal: AbortSignal;
  progress(done: number, total?: number, message?: string): void;
  /** The session by the settings in force at this moment, which may be others than when the call came. */
  now(): Session;
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
    const { parsed, changed, dryRun, confirm } = parse(tool, action, input);
    const { schema, settings } = session;
    const { signal, progress, canAsk, answer, now } = options;
    const show = (reply: Reply) => render(noting(reply, changed), settings.limits.replyTokens);
    const { effect = 'write' } = tool.actions[action] ?? {};
    const context = { directus: readerOf(session.directus), schema, settings, signal, progress };
    const result = await tool.run(context, { action, input: parsed as never }).catch(async (error) => {
      // What an administrator does not find is not there. Who is none any more is told just that.
      const isLost = effect === 'schema' && error instanceof ToolError && error.code === 'NOT_FOUND';
      if (isLost) await refuseUnlessAdmin(session.directus, CHANGING_MODEL, signal);
      throw error;
    });
    if (!isPlan(result)) return { content: show(result) };
    if (tool.toolset === 'model' && !(await session.rights())?.admin)
      await refuseUnlessAdmin(session.directus, CHANGING_MODEL, signal);
    const outcome = await carryOut(
      session,
      {
        call: `${tool.name}.${action}`,
        effect,
        input: parsed,
        plan: result,
        consent: { dryRun, confirm, canAsk, answer },
        settingsNow() {
          const latest = now();
          refuseUnavailable(latest, tool, action);
          return latest.settings;
        },
      },
      signal,
    );
    if (outcome.is === 'asked') return outcome.ask;
    const content = show(outcome.reply);
    if (outcome.is === 'done') return { content };
    const _meta = { [PREVIEW_META]: outcome.preview };
    // What only checks for success must not take a change that waits for one that was made.
    return outcome.is === 'held' ? { isError: true, content, _meta } : { content, _meta };
  } catch (error) {
    return withTopic(session, name, await renderError(error, session.schema, place));
  }
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
  refuseUnavailable(session, tool, wanted);
  return wanted;
}

/** Refuses what the settings, or the connection itself, do without. */
function refuseUnavailable({ allowed, narrowing }: Session, tool: Tool, action: string): void {
  const why = allowed.whyNot(tool, action);
  if (!why) return;
  const call = action ? `${tool.name}.${action}` : tool.name;
  throw new ToolError(
    'NOT_AVAILABLE',
    `${call} is not available. ${why} Nothing was changed.`,
    why === whyNarrowed(narrowing, tool, action)
      ? 'Its address or headers ask for less than there is; whoever set it up can change that.'
      : 'Only an administrator can change this, in the settings of directus-assistant.',
  );
}

const CHANGING_MODEL = 'changing the data model';

function parse(tool: Tool, action: string, args: Record<string, unknown>) {
  const schema = tool.actions[action]?.input;
  if (!schema) throw new ToolError('INVALID_PAYLOAD', `${tool.name} has no action "${action}".`);
  const { action: _action, ...others } = args;
  const rest = action ? others : args;
  // Models fill what they do not use with null.
  const given = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== null && value !== undefined),
  );
  refuseDeep(given);
  const changed: string[] = [];
  const taken = tool.actions[action]?.effect === 'read' ? schema : withConsent(schema);
  const coerced = coerce(given, toJsonSchema(taken, true), '', changed);
  refuseUnusable(coerced);
  const { dryRun, confirm, ...parsed } = parseStrictly(
    taken,
    coerced,
    action ? `${tool.name}.${action}` : tool.name,
  );
  return {
    parsed,
    changed,
    dryRun: dryRun === true,
    confirm: typeof confirm === 'string' ? confirm : undefined,
  };
}

/** Nothing real nests like this, and whatever walks through it would run out of stack. */
const DEEPEST = 64;

function refuseDeep(value: unknown): void {
  if (!isDeeper(value, DEEPEST)) return;
  throw new ToolError(
    'INVALID_PAYLOAD',
    `The arguments are nested more than ${DEEPEST} levels deep. Nothing was done.`,
    'Write them flatter.',
  );
}

/** Readers of JSON leave out the first, and an object with one of the others cannot be shown in words. */
const UNUSABLE = ['__proto__', 'toString', 'valueOf'];

function refuseUnusable(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const name = UNUSABLE.find((one) => Object.hasOwn(value, one));
  if (name) {
    throw new ToolError(
      'INVALID_PAYLOAD',
      `"${name}" cannot be the name of an argument or field.`,
      'Leave it out.',
    );
  }
  for (const entry of Object.values(value)) refuseUnusable(entry);
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
