import { ToolError } from '../directus/errors.ts';
import { availableActions, whyNarrowed } from '../guard/select.ts';
import { didYouMean } from '../settings/suggest.ts';
import type { Tool } from '../tools/define.ts';
import { tools } from '../tools/list.ts';
import type { Session } from './session.ts';
import { onlyRead } from './wire.ts';

/** The tool of this name. @throws ToolError when there is none */
export function findTool(session: Session, name: string): Tool {
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

/**
 * The action that a call asks for.
 * @throws ToolError when there is none, or the settings do without it
 */
export async function findAction(session: Session, tool: Tool, asked: unknown): Promise<string> {
  const given = asked ?? (await onlyAction(session, tool));
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
export function refuseUnavailable({ allowed, narrowing }: Session, tool: Tool, action: string): void {
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
