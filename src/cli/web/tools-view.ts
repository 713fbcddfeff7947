import { select, unknownNames } from '../../guard/select.ts';
import type { Loaded } from '../../settings/load.ts';
import type { Settings } from '../../settings/schema.ts';
import { readFile } from '../../settings/sources.ts';
import type { Tool } from '../../tools/define.ts';
import { tools } from '../../tools/list.ts';
import type { ActionView, ToolsDraft, ToolsView, ToolView, Who } from '../../web/settings-api.ts';
import { withName, without } from '../toggle.ts';
import { type ToolState, toolStates, toolTotals } from '../tools.ts';
import { toolWords } from './tool-words.ts';

/** Of the definitions of Directus's own MCP server with everything switched on, as measured. */
const DIRECTUS_TOKENS = 30_631;

/** Every tool and action with the switches that are saved, or those of a draft. */
export function toolsView(loaded: Loaded, draft?: ToolsDraft): ToolsView {
  const { names: fixed, by } = fixedNames(loaded);
  const exclude = draft ? moved(draft) : namesInFile(loaded.file);
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

/** What the settings file itself switches off. */
function namesInFile(file: string): string[] {
  const group = readFile(file, false).values.tools;
  const list = typeof group === 'object' && group !== null && 'exclude' in group ? group.exclude : [];
  return Array.isArray(list) ? list.map(String) : [];
}

/** What variables and flags switch off. */
function fixedNames({ settings, origins, file }: Loaded): { names: string[]; by: string } {
  const inFile = namesInFile(file);
  const others = (origins.get('tools.exclude') ?? '').split(' + ').filter((from) => from !== file);
  return {
    names: settings.tools.exclude.filter((name) => !inFile.includes(name)),
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
  const having = (all: boolean) => needs?.({ admin: false, may: () => all, mayAny: () => all });
  if (having(false)) return 'everybody';
  return having(true) ? 'permitted' : 'admins';
}
