/**
 * The chat host: model providers, the conversation loop, approvals, history. It reaches tools only through an MCP
 * client and knows nothing of Directus.
 *
 *     const servers = await connectServers([{ name: 'directus', command: process.execPath, args: [bin, 'mcp'] }]);
 *     const model = await openModel(settings.ai, 'anthropic/claude-sonnet-4-5');
 *     const chat = createChat({ model, servers, approvals: settings.ai.approvals });
 *
 *     let turn = chat.send('Rename the newest article');
 *     for (;;) {
 *       for await (const part of turn.stream) show(part);      // AI SDK TextStreamPart
 *       const end = await turn.end;
 *       if (end.state !== 'approval') break;
 *       turn = chat.answer(await askPerson(end.pending));      // all pending calls at once
 *     }
 *
 * The stream of a turn is the AI SDK's own, so it goes into `toUIMessageStream` as it is. What a part of it means:
 * `tool-result` with `preliminary: true` is progress (`progressOf(part.output)`); otherwise its `output` is the
 * `CallToolResult` of MCP (`textOf(part.output)`, `part.output.isError`). `chat.calls.get(toolCallId)` has server,
 * action, effect, milliseconds and tokens of a call from the moment its `tool-call` part is seen.
 */
export {
  type Approval,
  type Approve,
  callKey,
  type Decision,
  type Effect,
  type PendingCall,
} from './approvals.ts';
export type { CallRecord } from './call-record.ts';
export {
  type Chat,
  type ChatEvent,
  type ChatOptions,
  createChat,
  type Kept,
  type Turn,
  type TurnEnd,
} from './chat.ts';
export { estimateTokens } from './context/tokens.ts';
export { type LibraryFile, searchLibrary } from './context-items/library.ts';
export type { ConversationSummary, FoundConversation } from './conversations/store.ts';
export type { TokenUsage } from './costs/usage.ts';
export { type HttpServer, readServers, type ServerConfig, type StdioServer } from './mcp/config.ts';
export { progressOf, type ToolOutput, type ToolProgress, textOf } from './mcp/output.ts';
export {
  type CallInfo,
  connectServers,
  type PromptInfo,
  type ServerStatus,
  type Servers,
  type ToolInfo,
} from './mcp/servers.ts';
export { type OneShotCall, type OneShotOptions, type OneShotResult, runOnce } from './one-shot.ts';
export {
  type CheckResult,
  checkModel,
  checkProvider,
  listProviders,
  type ProviderCheck,
} from './providers/check.ts';
export { findLocalEndpoints, type LocalEndpoint } from './providers/local.ts';
export {
  type ChatModel,
  defaultModelName,
  listModels,
  type ModelChoice,
  openModel,
  quickModel,
} from './providers/models.ts';
export { isModelProblem, ModelProblem, type ProblemKind } from './providers/problem.ts';
export type { ModelEvent } from './providers/quirks/attend.ts';
export { defaultSystemPrompt } from './system-prompt.ts';
export { startTelemetry, type Telemetry } from './telemetry.ts';
