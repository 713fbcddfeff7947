import type { Chat, Servers, ToolInfo } from '../../host/index.ts';
import type { commands } from './commands.ts';

/** `/help` as Markdown. */
export function helpPage(list: typeof commands): string {
  const rows = list.map(
    ({ name, argument, summary }) => `| \`/${name}${argument ? ` ${argument}` : ''}\` | ${summary} |`,
  );
  const keys = [
    '| `Enter` | send; `Alt+Enter` or `\\` at the end of a line begins a new line |',
    '| `↑` `↓` | what you typed before |',
    '| `Esc` | stop the answer |',
    '| `Ctrl+C` | leave |',
  ];
  return ['| Command | |', '|---|---|', ...rows, ...keys].join('\n');
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
