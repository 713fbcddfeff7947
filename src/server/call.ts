import {
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
} from '@modelcontextprotocol/server';
import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import type { Key } from '../directus/types.ts';
import { renderError } from '../result/errors.ts';
import type { Tool } from '../tools/define.ts';
import { tools } from '../tools/list.ts';
import { readArguments } from './arguments.ts';
import { findAction, findTool } from './available.ts';
import { withTopic } from './more.ts';
import { type CallOptions, perform } from './perform.ts';
import type { Called, Session } from './session.ts';
import { inTurnAt } from './turns.ts';

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
    const action = await findAction(session, tool, input.action);
    const { signal } = options;
    const work = () => perform(session, { tool, action, ...readArguments(tool, action, input) }, options);
    const isInTurn = changesModel(tool, action);
    return await (isInTurn ? inTurnAt(session.directus.url, signal, work) : work());
  } catch (error) {
    return withTopic(session, name, await renderError(error, session.schema, place));
  }
}

function changesModel(tool: Tool, name: string): boolean {
  const action = tool.actions[name];
  return action?.changesModel === true || (tool.toolset === 'model' && action?.effect !== 'read');
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
