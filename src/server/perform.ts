import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import { readerOf } from '../directus/connection.ts';
import { ToolError } from '../directus/errors.ts';
import { refuseUnlessAdmin } from '../directus/forbidden.ts';
import { render } from '../result/render.ts';
import type { Reply } from '../result/reply.ts';
import type { Tool } from '../tools/define.ts';
import { isPlan } from '../tools/plan.ts';
import type { Given } from './arguments.ts';
import { refuseUnavailable } from './available.ts';
import { type Consent, carryOut } from './change.ts';
import type { Session } from './session.ts';
import { PREVIEW_META } from './wire.ts';

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

type Wanted = Given & { tool: Tool; action: string };

/** Runs an action, and makes or holds the change it plans. @throws what the tool, or Directus, refuses */
export async function perform(
  session: Session,
  { tool, action, parsed, changed, dryRun, confirm }: Wanted,
  { signal, progress, canAsk, answer, now }: CallOptions,
): Promise<CallToolResult | InputRequiredResult> {
  const { schema, settings } = session;
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
  const work = {
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
  };
  const outcome = await carryOut(session, work, signal);
  if (outcome.is === 'asked') return outcome.ask;
  const content = show(outcome.reply);
  if (outcome.is === 'done') return { content };
  const _meta = { [PREVIEW_META]: outcome.preview };
  // What only checks for success must not take a change that waits for one that was made.
  return outcome.is === 'held' ? { isError: true, content, _meta } : { content, _meta };
}

const CHANGING_MODEL = 'changing the data model';

/** Says which arguments were understood from text, so that nobody wonders what was run. */
function noting(reply: Reply, changed: string[]): Reply {
  if (changed.length === 0) return reply;
  const inData = reply.info?.readFromText;
  const all = [...changed, ...(Array.isArray(inData) ? inData : [])];
  return { ...reply, info: { ...reply.info, readFromText: all.slice(0, 10) } };
}
