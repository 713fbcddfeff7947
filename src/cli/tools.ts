import { styleText } from 'node:util';
import { type Selection, select } from '../guard/select.ts';
import { listTokens, toolTokens } from '../server/cost.ts';
import { createSession, type Session } from '../server/session.ts';
import type { Settings } from '../settings/schema.ts';
import { tools } from '../tools/list.ts';
import { loadFor, type SettingsOptions } from './options.ts';

type ActionState = { action: string; effect: string; enabled: boolean; why?: string; tokens: number };
export type ToolState = {
  tool: string;
  toolset: string;
  enabled: boolean;
  tokens: number;
  actions: ActionState[];
};

/** `directus-assistant tools`: every tool and action, on or why not, and what it costs in tokens. */
export async function run(options: SettingsOptions & { json?: boolean }): Promise<void> {
  const session = createSession(loadFor(options));
  const states = toolStates(await session.offered());
  const totals = toolTotals(session.settings, states);
  if (options.json)
    console.log(JSON.stringify({ problems: session.problems, tools: states, totals }, null, 2));
  else print(session, states, totals);
  session.directus.close();
  if (session.problems.length > 0) process.exitCode = 1;
}

/** Every tool and action, on or why not, and what it costs in tokens. */
export function toolStates(selection: Selection): ToolState[] {
  return tools.map((tool) => {
    const names = Object.keys(tool.actions);
    const on = names.filter((name) => selection.whyNot(tool, name) === undefined);
    const actions = names.map((name): ActionState => {
      const why = selection.whyNot(tool, name);
      const withIt = names.filter((other) => other === name || on.includes(other));
      // What the list would be shorter or longer by: the others are paid for either way.
      const others = withIt.filter((other) => other !== name);
      const tokens = toolTokens(tool.name, withIt) - toolTokens(tool.name, others);
      return {
        action: name,
        effect: tool.actions[name]?.effect ?? 'read',
        enabled: !why,
        ...(why ? { why } : {}),
        tokens,
      };
    });
    return {
      tool: tool.name,
      toolset: tool.toolset,
      enabled: on.length > 0,
      tokens: toolTokens(tool.name, on),
      actions,
    };
  });
}

/** Definitions as listed now, and what the three common choices would cost with everything else as it is. */
export function toolTotals(settings: Settings, states: ToolState[]) {
  const variant = (change: Partial<Settings>, mode: Settings['tools']['mode']) =>
    listTokens({ ...settings, ...change, tools: { ...settings.tools, mode } });
  return {
    listed: states.reduce((sum, { tokens }) => sum + tokens, 0),
    default: variant({}, 'default'),
    registry: variant({}, 'registry'),
    readOnly: variant({ readOnly: true }, 'default'),
  };
}

function print(session: Session, states: ToolState[], totals: ReturnType<typeof toolTotals>): void {
  for (const problem of session.problems) console.log(styleText('red', `! ${problem}`));
  if (session.problems.length > 0)
    console.log(styleText('red', '  Until that is mended, only reading is possible.\n'));
  console.log(styleText('bold', `${'TOOL'.padEnd(16)}${'ACTION'.padEnd(10)}${'TOKENS'.padStart(7)}  STATE`));
  for (const { tool, enabled, tokens, actions } of states) {
    const [first] = actions;
    const single = first?.action === '' ? first : undefined;
    console.log(
      `${tool.padEnd(26)}${String(enabled ? tokens : 0).padStart(7)}  ${single ? stateOf(single) : ''}`.trimEnd(),
    );
    for (const action of single ? [] : actions) {
      console.log(
        `${''.padEnd(16)}${action.action.padEnd(10)}${String(action.tokens).padStart(7)}  ${stateOf(action)}`,
      );
    }
  }
  console.log(
    `\nListed now: ${totals.listed} tokens. In default mode ${totals.default}, registry ${totals.registry}, read-only ${totals.readOnly}.`,
  );
  console.log(
    "An action's tokens are what the list is longer by with it. Switch with: directus-assistant tools disable NAME[.ACTION]",
  );
}

function stateOf({ enabled, why }: ActionState): string {
  return enabled ? styleText('green', 'on') : `${styleText('yellow', 'off')}  ${why}`;
}

/** Whether an action is on for the settings alone; why not otherwise. */
export function whyNotBySettings(settings: Settings, toolName: string, action: string): string | undefined {
  const tool = tools.find(({ name }) => name === toolName);
  return tool ? select(settings, [], undefined).whyNot(tool, action) : 'There is no such tool.';
}
