import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  type Tool as WireTool,
} from '@modelcontextprotocol/server';
import { ToolError } from '../directus/errors.ts';
import { isObject } from '../directus/objects.ts';
import { availableActions, type Selection } from '../guard/select.ts';
import { toToolError } from '../result/errors.ts';
import { tools } from '../tools/list.ts';
import { version } from '../version.ts';
import { callTool } from './call.ts';
import { answerOf } from './change.ts';
import { instructions } from './instructions.ts';
import type { CallOptions } from './perform.ts';
import { completeArgument, getPrompt, listPrompts } from './prompts.ts';
import { ROOT_TOOLS, registryTools, searchTools } from './registry.ts';
import { completeResource, listResources, readResource, resourceTemplates } from './resources.ts';
import type { Session } from './session.ts';
import { toWire } from './wire.ts';

/**
 * One MCP server over a session. Cheap to make: the SDK makes one for every connection, and on HTTP for every
 * request. Handlers ask for the session anew each time, so that changed settings take effect at once.
 * @param current the session of a request, or the one to introduce the server by
 */
export function createServer(current: (context?: ServerContext) => Session): Server {
  const server = new Server(
    { name: 'directus-assistant', title: 'Directus', version },
    {
      capabilities: { tools: { listChanged: true }, prompts: {}, resources: {}, completions: {} },
      instructions: instructions(current()),
    },
  );
  server.setRequestHandler('tools/list', async (_, context) => ({
    tools: await listTools(current(context)),
  }));
  server.setRequestHandler('tools/call', ({ params }, context) =>
    dispatch(current(context), params.name, params.arguments ?? {}, optionsOf(server, context, current)),
  );
  server.setRequestHandler('prompts/list', (_, context) =>
    plainly(current(context), async (session) => ({ prompts: await listPrompts(session) })),
  );
  server.setRequestHandler('prompts/get', ({ params }, context) =>
    plainly(current(context), (session) => getPrompt(session, params.name, params.arguments ?? {})),
  );
  server.setRequestHandler('resources/list', (_, context) => ({
    resources: listResources(current(context)),
  }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates }));
  server.setRequestHandler('resources/read', ({ params }, context) =>
    plainly(
      current(context),
      (session) => readResource(session, params.uri, optionsOf(server, context, current)),
      {
        uri: params.uri,
      },
    ),
  );
  server.setRequestHandler('completion/complete', ({ params: { ref, argument } }, context) =>
    plainly(current(context), async (session) => ({
      completion:
        ref.type === 'ref/prompt'
          ? await completeArgument(session, argument.name, argument.value)
          : await completeResource(session, ref.uri, argument.value),
    })),
  );
  return server;
}

const lists = new WeakMap<Session, { from: string | undefined; list: WireTool[] }>();

/** The tools this caller is offered, as the mode in the settings lists them. Made once for the same rights. */
export async function listTools(session: Session): Promise<WireTool[]> {
  const from = (await session.rightsNow())?.from;
  const had = lists.get(session);
  if (had && had.from === from) return had.list;
  const list = makeList(session, await session.offered());
  lists.set(session, { from, list });
  return list;
}

function makeList({ settings }: Session, selection: Selection): WireTool[] {
  if (!settings.mcpEnabled) return [];
  if (settings.tools.mode === 'registry') return registryTools(selection);
  return tools.flatMap((tool) => {
    const actions = availableActions(selection, tool);
    return actions.length > 0 ? [toWire(tool, actions)] : [];
  });
}

async function dispatch(
  session: Session,
  name: string,
  args: unknown,
  options: CallOptions,
): Promise<CallToolResult | InputRequiredResult> {
  if (session.settings.tools.mode !== 'registry' || ROOT_TOOLS.includes(name))
    return callTool(session, name, args, options);
  const given = isObject(args) ? args : {};
  if (name === 'search') return searchTools(session.allowed, given);
  if (name !== 'execute') return callTool(session, name, args, options);
  const { name: tool, input: own, ...beside } = given;
  const input = typeof own === 'string' ? safeParse(own) : (own ?? {});
  // What stands beside the arguments of the tool (dryRun, confirm, a misspelling of them) counts as one of them.
  const whole = isObject(input) ? { ...input, ...beside } : input;
  return callTool(session, typeof tool === 'string' ? tool : '', whole, options);
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function optionsOf(
  server: Server,
  context: ServerContext,
  current: (context: ServerContext) => Session,
): CallOptions {
  const { mcpReq } = context;
  const progressToken = mcpReq._meta?.progressToken;
  return {
    now: () => current(context),
    canAsk: canAsk(server, context),
    answer: answerOf(mcpReq.inputResponses, mcpReq.requestState()),
    signal: context.mcpReq.signal,
    progress(done, total, message) {
      if (progressToken === undefined) return;
      const params = {
        progressToken,
        progress: done,
        ...(total ? { total } : {}),
        ...(message ? { message } : {}),
      };
      // A client that is gone needs no progress.
      context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
    },
  };
}

/** Whether this client shows forms; one without a word on kinds means forms. */
function canAsk(server: Server, { mcpReq }: ServerContext): boolean {
  const envelope: Record<string, unknown> = { ...mcpReq.envelope };
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  const { elicitation } = (declared ?? {}) as ClientCapabilities;
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

/**
 * Outside of tools an error is an error of the protocol; its words are ours, never SQL or a stack.
 * @param about what programs are told of the error
 */
async function plainly<T>(
  session: Session,
  work: (session: Session) => Promise<T>,
  about?: Record<string, unknown>,
): Promise<T> {
  try {
    return await work(session);
  } catch (error) {
    const { message, next } = await toToolError(error, session.schema, { directus: session.directus });
    const code =
      error instanceof ToolError ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(code, [message, next].filter(Boolean).join(' '), about);
  }
}
