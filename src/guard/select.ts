import type { Rights } from '../directus/rights.ts';
import type { Settings } from '../settings/schema.ts';
import { didYouMean } from '../settings/suggest.ts';

/**
 * What a call can do to Directus. The single source for MCP annotations, read-only filtering, approvals and the
 * tables in documents.
 */
export type Effect = 'read' | 'write' | 'delete' | 'schema' | 'automation' | 'access';

/** As much of a tool as decides whether it is offered. */
export type Selectable = {
  name: string;
  toolset: string;
  actions: Record<string, { effect: Effect; needs: (rights: Rights) => boolean; beside?: true }>;
};

/** What one connection asks for of what the settings allow. It can only take away. */
export type Narrowing = {
  /** Only these toolsets, and the tools and actions of `tools`. */
  toolsets?: string[] | undefined;
  tools?: string[] | undefined;
  /** Never these tools or actions. */
  exclude?: string[] | undefined;
  readOnly?: boolean;
};

/** What is asked when a tool list is made and again at every call. */
export type Selection = {
  /** Why an action is not available, as a sentence; undefined when it is. */
  whyNot(tool: Selectable, action: string): string | undefined;
};

/**
 * Decides what exists for one caller: settings first, then the rights of the Directus user.
 * @param problems what is wrong with the settings; with any, only reading is left (A26)
 * @param rights undefined while they are not known, and then nothing is left out for them
 * @param narrowing what the connection wants less than that
 */
export function select(
  settings: Settings,
  problems: string[],
  rights: Rights | undefined,
  narrowing: Narrowing = {},
): Selection {
  const selection: Selection = {
    whyNot(tool, actionName) {
      const action = tool.actions[actionName];
      if (!action) return 'There is no such action.';
      if (!settings.mcpEnabled) return 'The MCP server is switched off (mcpEnabled).';
      if (tool.name === 'system-prompt' && !settings.systemPrompt.enabled)
        return 'Switched off by systemPrompt.enabled.';
      if (names(settings.tools.exclude, tool.name, actionName)) return 'Switched off by tools.exclude.';
      const { toolsets, include } = settings.tools;
      if (!isIncluded(toolsets, include, tool, actionName))
        return 'Not among tools.toolsets and tools.include.';
      const narrowed = whyNarrowed(narrowing, tool, actionName);
      if (narrowed) return narrowed;
      if (action.effect !== 'read' && problems.length > 0) {
        return `Read-only until the settings are mended: ${problems.join(' ')}`;
      }
      if (action.effect !== 'read' && settings.readOnly) return 'Read-only (readOnly).';
      if (action.effect === 'delete' && !settings.allowDeletes)
        return 'Deletes are switched off (allowDeletes).';
      if (action.effect !== 'read' && settings.policy[action.effect] === 'block')
        return `Blocked (policy.${action.effect}).`;
      if (rights && !action.needs(rights)) return 'The Directus user has no right to do this anywhere.';
      const named = [...(include ?? []), ...(narrowing.tools ?? [])];
      if (action.beside && !names(named, tool.name, actionName)) {
        const others = Object.keys(tool.actions).filter((name) => !tool.actions[name]?.beside);
        if (others.every((name) => selection.whyNot(tool, name) !== undefined))
          return 'Offered beside changes only; tools.include offers it alone.';
      }
      return undefined;
    },
  };
  return selection;
}

/** Why the connection itself does without an action; undefined when it does not. */
export function whyNarrowed(
  { readOnly, exclude = [], toolsets, tools }: Narrowing,
  tool: Selectable,
  action: string,
): string | undefined {
  if (readOnly && tool.actions[action]?.effect !== 'read') return 'This connection asked for reading only.';
  if (names(exclude, tool.name, action)) return 'This connection excludes it.';
  return isIncluded(toolsets, tools, tool, action) ? undefined : 'Not among what this connection asked for.';
}

/** The actions of a tool that are available. */
export function availableActions(selection: Selection, tool: Selectable): string[] {
  return Object.keys(tool.actions).filter((action) => selection.whyNot(tool, action) === undefined);
}

/**
 * Names in the settings that no tool, action or toolset has.
 * @returns a sentence for each, with the nearest name
 */
export function unknownNames(settings: Settings, tools: Selectable[]): string[] {
  return [
    ...unknownTools('tools.exclude', settings.tools.exclude, tools),
    ...unknownTools('tools.include', settings.tools.include, tools),
    ...unknownToolsets('tools.toolsets', settings.tools.toolsets, tools),
  ];
}

/** What is wrong with a list of tools and actions that `where` holds: a sentence for each name that is none. */
export function unknownTools(where: string, given: string[] | undefined, tools: Selectable[]): string[] {
  if (!given?.length) return [];
  const toolNames = tools.map((tool) => tool.name);
  const actionNames = tools.flatMap((tool) =>
    Object.keys(tool.actions)
      .filter(Boolean)
      .map((action) => `${tool.name}.${action}`),
  );
  return unknown(where, given, [...toolNames, ...actionNames], toolNames);
}

/** The same of a list of toolsets. */
export function unknownToolsets(where: string, given: string[] | undefined, tools: Selectable[]): string[] {
  const toolsets = [...new Set(tools.map((tool) => tool.toolset))];
  return unknown(where, given, toolsets, toolsets);
}

/** Looking for what is meant takes time, and nobody reads more than that. */
const MOST_UNKNOWN = 5;

function unknown(where: string, given: string[] | undefined, allowed: string[], shown: string[]): string[] {
  return (given ?? [])
    .filter((name) => !allowed.includes(name))
    .slice(0, MOST_UNKNOWN)
    .map(
      (name) =>
        `${where}: there is no "${name.slice(0, 60)}".${didYouMean(name, allowed) || ` Known: ${shown.join(', ')}.`}`,
    );
}

function isIncluded(
  toolsets: string[] | undefined,
  include: string[] | undefined,
  tool: Selectable,
  action: string,
): boolean {
  if (!toolsets && !include) return true;
  return (toolsets?.includes(tool.toolset) ?? false) || names(include ?? [], tool.name, action);
}

function names(list: string[], tool: string, action: string): boolean {
  return list.includes(tool) || list.includes(`${tool}.${action}`);
}
