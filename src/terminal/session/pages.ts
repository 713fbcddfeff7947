import type { Chat, Servers, ToolInfo } from '../../host/index.ts';
import type { Command } from './commands.ts';

/** `/help` as Markdown, short enough for one screen. */
export function helpPage(list: readonly Command[]): string {
  const rows = list.flatMap(({ name, argument, summary }) =>
    summary ? `| \`/${name}${argument ? ` ${argument}` : ''}\` | ${summary} |` : [],
  );
  const keys =
    '`Enter` sends, `Alt+Enter` begins a new line, `↑` `↓` bring back what you typed, `Esc` stops the answer.';
  return [['| Command | |', '|---|---|', ...rows].join('\n'), keys].join('\n\n');
}

/** `/summary` as Markdown. */
export function summaryPage(summary: Chat['summary']): string {
  if (!summary) return 'Nothing was summarised: the model reads all that was said here.';
  const { messages, tokensBefore, tokensAfter, text, request } = summary;
  const [before, after] = [tokensBefore, tokensAfter].map((tokens) => tokens.toLocaleString('en-US'));
  const head = `In place of the first ${messages.toLocaleString('en-US')} messages, about ${before} tokens, the model reads these ${after}:`;
  const asked = request === undefined ? [] : ['**Your last request, word for word:**', request];
  return [`**${head}**`, text, ...asked].join('\n\n');
}

const WORDS = { always: 'on', ask: 'asks', disabled: 'off' };

/** `/tools` as Markdown: each tool, whether its actions run, ask or are off, and what its definition costs. */
export function toolsPage(servers: Servers, chat: Chat): string {
  const tools = servers.list();
  const failed = servers.status().filter(({ state }) => state !== 'connected');
  const problems = failed.map(
    ({ name, state, problem }) => `**${name}** is ${state}: ${problem ?? 'no reason known'}`,
  );
  if (tools.length === 0) return ['There are no tools.', ...problems].join('\n\n');
  const several = new Set(tools.map(({ server }) => server)).size > 1;
  const rows = tools.map(
    (tool) =>
      `| ${tool.name} |${several ? ` ${tool.server} |` : ''} ${actionsOf(tool, chat)} | ${tool.tokens} |`,
  );
  const total = tools.reduce((sum, { tokens }) => sum + tokens, 0);
  return [
    [
      `| Tool |${several ? ' Server |' : ''} Actions | Tokens |`,
      `|---|${several ? '---|' : ''}---|--:|`,
      ...rows,
    ].join('\n'),
    `${tools.length} tools, about ${total.toLocaleString('en-US')} tokens with every request. *on* runs at once, *asks* waits for you, *off* is disabled in this chat. \`directus-assistant tools\` shows what the server itself leaves out, and why.`,
    ...problems,
  ].join('\n\n');
}

function actionsOf(tool: ToolInfo, chat: Chat): string {
  const byState = new Map<string, string[]>();
  for (const [action, effect] of Object.entries(tool.actions)) {
    const state = WORDS[chat.approvalOf({ server: tool.server, tool: tool.name, action, effect })];
    byState.set(state, [...(byState.get(state) ?? []), action]);
  }
  return [...byState]
    .map(([state, actions]) =>
      actions.every((action) => action === '') ? state : `${state}: ${actions.join(', ')}`,
    )
    .join('; ');
}
