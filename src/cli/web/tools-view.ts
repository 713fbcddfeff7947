import { select, unknownNames } from '../../guard/select.ts';
import { valueAt } from '../../settings/leaves.ts';
import type { Loaded } from '../../settings/load.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Tool } from '../../tools/define.ts';
import { tools } from '../../tools/list.ts';
import type { ActionView, ToolsDraft, ToolsView, ToolView, Who } from '../../web/settings-api.ts';
import { withName, without } from '../toggle.ts';
import { type ToolState, toolStates, toolTotals } from '../tools.ts';
import { toolWords } from './tool-words.ts';

/** Of the definitions of Directus's own MCP server with everything switched on, as measured. */
const DIRECTUS_TOKENS = 30_631;

/**
 * Every tool and action with the switches that are saved, or those of a draft.
 * @param saved what is saved where the page saves: other sources cannot be changed by it
 */
export function toolsView(loaded: Loaded, saved: Record<string, unknown>, draft?: ToolsDraft): ToolsView {
  const { names: fixed, by } = fixedNames(loaded, namesIn(saved));
  const exclude = draft ? moved(draft) : namesIn(saved);
  const settings = withSwitches(loaded.settings, [...new Set([...fixed, ...exclude])]);
  const selection = select(settings, [...loaded.problems, ...unknownNames(settings, tools)], undefined);
  const states = toolStates(selection);
  const { listed, ...totals } = toolTotals(settings, states);
  return {
    exclude,
    tools: tools.map((tool, index) => toolView(tool, states[index], { exclude, fixed, by }, settings)),
    totals: { ...totals, listed: settings.tools.mode === 'registry' ? totals.registry : listed },
    directusTokens: DIRECTUS_TOKENS,
  };
}

/** Chats in this program use the tools also where the MCP server is off for others. */
const withSwitches = (settings: Settings, exclude: string[]): Settings => ({
  ...settings,
  mcpEnabled: true,
  tools: { ...settings.tools, exclude },
});

const moved = ({ exclude, move }: ToolsDraft): string[] =>
  move ? (move.on ? without : withName)(exclude, move.name) : exclude;

/** What settings as they are saved switch off. */
function namesIn(values: Record<string, unknown>): string[] {
  const list = valueAt(values, ['tools', 'exclude']);
  return Array.isArray(list) ? list.map(String) : [];
}

/** What other sources switch off: variables, flags, and the file where instances share what is saved. */
function fixedNames({ settings, origins, place }: Loaded, saved: string[]): { names: string[]; by: string } {
  const others = (origins.get('tools.exclude') ?? '').split(' + ').filter((from) => from !== place);
  return {
    names: settings.tools.exclude.filter((name) => !saved.includes(name)),
    by: others.join(' and '),
  };
}

type Switches = { exclude: string[]; fixed: string[]; by: string };

function toolView(
  tool: Tool,
  state: ToolState | undefined,
  { exclude, fixed, by }: Switches,
  settings: Settings,
): ToolView {
  const actions = (state?.actions ?? []).map(({ action, enabled, why, tokens }): ActionView => {
    const { effect } = tool.actions[action] ?? { effect: 'read' };
    const name = action ? `${tool.name}.${action}` : tool.name;
    const stands = (list: string[]) => list.includes(name) || list.includes(tool.name);
    return {
      action,
      name,
      does: toolWords[name] ?? '',
      effect,
      who: whoOf(tool, action),
      ...(effect !== 'read' && { policy: settings.policy[effect] }),
      on: enabled,
      ...(why && { why }),
      excluded: stands(exclude),
      ...(stands(fixed) && { fixed: by }),
      tokens,
    };
  });
  return { tool: tool.name, title: tool.title, toolset: tool.toolset, tokens: state?.tokens ?? 0, actions };
}

/** Asked with no rights at all, then with all but those of an admin. */
function whoOf(tool: Tool, action: string): Who {
  const needs = tool.actions[action]?.needs;
  const having = (all: boolean) =>
    needs?.({ admin: false, from: String(all), may: () => all, mayAny: () => all });
  if (having(false)) return 'everybody';
  return having(true) ? 'permitted' : 'admins';
}
