import { createHash } from 'node:crypto';
import type { Settings } from '../settings/schema.ts';
import type { CallRecord } from './call-record.ts';

/** What a call does, as its server says: `read` and `write` are about content, the others about more than that. */
export type Effect = 'read' | 'write' | 'delete' | 'schema' | 'automation' | 'access';

/** One entry of `settings.ai.approvals`, keyed by tool (`items`) or tool and action (`items.update`). */
export type Approval = Settings['ai']['approvals'][string];

/**
 * Who decides. `ask`: a person, through `Chat.answer`. The others never wait: `reads` runs only what reads, `all`
 * runs everything that is not disabled, `none` runs nothing; what does not run is denied and told to the model.
 */
export type Approve = 'ask' | 'reads' | 'all' | 'none';

/**
 * A call that waits for a person. `approvalId` names it in `Decision`; `shown` stands for what the person is shown of it,
 * and is another where that is another.
 */
export type PendingCall = { approvalId: string; shown: string } & Pick<
  CallRecord,
  'toolCallId' | 'toolName' | 'server' | 'tool' | 'action' | 'effect' | 'input' | 'preview'
>;

/**
 * `always` also lets every later call of the same tool and action run, until the chat ends or is cleared. `shown`: that
 * of the call as the person saw it; a yes to what was shown otherwise is none. Only a program that shows nothing leaves it
 * out.
 */
export type Decision = {
  approvalId: string;
  decision: 'yes' | 'no' | 'always';
  reason?: string;
  shown?: string;
};

/** What stands for a preview. The arguments need not be in it: they do not change while a call waits. */
export const shownOf = (preview: string | undefined): string =>
  createHash('sha256')
    .update(preview ?? '')
    .digest('base64url')
    .slice(0, 22);

/** Whether each yes is to what is shown now. */
export const areAsShown = (pending: readonly PendingCall[], decisions: readonly Decision[]): boolean =>
  decisions.every(
    ({ approvalId, decision, shown }) =>
      decision === 'no' ||
      shown === undefined ||
      pending.some((call) => call.approvalId === approvalId && call.shown === shown),
  );

/** `items.update`, or `system-prompt` for a tool without actions: the key of settings and of grants. */
export const callKey = (call: { tool: string; action: string }): string =>
  call.action ? `${call.tool}.${call.action}` : call.tool;

/** Whether a call runs, waits for a person, or is refused with a reason that the model is told. */
export type Verdict = 'run' | 'ask' | { denied: string };

type Call = { tool: string; action: string; effect: Effect | 'unknown' };

/**
 * Decides about one call.
 * `disabled` always wins; then a grant of this chat, then the entry for the very action, then the entry for the
 * whole tool, then the default: reads run, everything else asks. `always` on a whole tool does not cover its
 * deletes; these need an entry of their own.
 */
export function judge(
  call: Call,
  approvals: Readonly<Record<string, Approval>>,
  granted: boolean,
  approve: Approve,
): Verdict {
  const key = callKey(call);
  const setting = settingFor(call, approvals);
  if (setting === 'disabled') return { denied: `${key} is disabled in the settings of this chat.` };
  switch (approve) {
    case 'none':
      return { denied: 'No tool may run in this session.' };
    case 'all':
      return 'run';
    case 'reads':
      return call.effect === 'read'
        ? 'run'
        : { denied: `${key} is not a read, and only reads may run in this session.` };
    case 'ask':
      if (granted || setting === 'always') return 'run';
      return setting === 'ask' || call.effect !== 'read' ? 'ask' : 'run';
  }
}

function settingFor(call: Call, approvals: Readonly<Record<string, Approval>>): Approval | undefined {
  const ofTool = own(approvals, call.tool);
  if (ofTool === 'disabled') return 'disabled';
  const ofAction = own(approvals, callKey(call));
  if (ofAction !== undefined && call.action) return ofAction;
  return ofTool === 'always' && call.action && call.effect === 'delete' ? undefined : ofTool;
}

/** Names of tools come from servers, and `constructor` is a name too. */
const own = (approvals: Readonly<Record<string, Approval>>, key: string): Approval | undefined =>
  Object.hasOwn(approvals, key) ? approvals[key] : undefined;
