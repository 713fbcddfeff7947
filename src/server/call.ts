import type { CallToolResult } from '@modelcontextprotocol/server';
import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import { availableActions } from '../guard/select.ts';
import { renderError } from '../result/errors.ts';
import { render } from '../result/render.ts';
import type { Reply } from '../result/reply.ts';
import { didYouMean } from '../settings/suggest.ts';
import type { Tool } from '../tools/define.ts';
import { coerce, parseStrictly } from '../tools/input.ts';
import { tools } from '../tools/list.ts';
import type { Session } from './session.ts';
import { toJsonSchema } from './wire.ts';

export type CallOptions = {
  signal: AbortSignal;
  progress(done: number, total?: number, message?: string): void;
};

/**
 * The one way to a tool, whoever calls and in whichever mode: does it exist for this caller, are the arguments
 * right, then run it and render what comes back. Never throws: an error is a reply that says what to do.
 */
export async function callTool(
  session: Session,
  name: string,
  args: unknown,
  options: CallOptions,
): Promise<CallToolResult> {
  const input: Record<string, unknown> = isObject(args) ? args : {};
  const place = {
    collection: placeOf(name, input),
    action: typeof input.action === 'string' ? input.action : name,
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
    const action = findAction(session, tool, input.action);
    const { parsed, changed } = parse(tool, action, input);
    const { directus, schema, settings } = session;
    const reply = await tool.run(
      { directus, schema, settings, ...options },
      { action, input: parsed as never },
    );
    return { content: render(noting(reply, changed), settings.limits.replyTokens) };
  } catch (error) {
    return renderError(error, session.schema, place);
  }
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
      'Only an administrator can change this, in the settings of directus-assistant.',
    );
  }
  return wanted;
}

function parse(tool: Tool, action: string, args: Record<string, unknown>) {
  const schema = tool.actions[action]?.input;
  if (!schema) throw new ToolError('INVALID_PAYLOAD', `${tool.name} has no action "${action}".`);
  const { action: _action, ...others } = args;
  const rest = action ? others : args;
  // Models fill what they do not use with null.
  const given = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== null && value !== undefined),
  );
  const changed: string[] = [];
  const coerced = coerce(given, toJsonSchema(schema, true), '', changed);
  refuseUnusable(coerced);
  return { parsed: parseStrictly(schema, coerced, action ? `${tool.name}.${action}` : tool.name), changed };
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

const COLLECTION_OF: Record<string, string> = {
  files: 'directus_files',
  assets: 'directus_files',
  folders: 'directus_folders',
  flows: 'directus_flows',
  operations: 'directus_operations',
};

function placeOf(tool: string, input: Record<string, unknown>): string | undefined {
  if (typeof input.collection === 'string') return input.collection;
  return Object.hasOwn(COLLECTION_OF, tool) ? COLLECTION_OF[tool] : undefined;
}
